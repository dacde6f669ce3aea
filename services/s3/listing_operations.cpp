#include "s3/listing_operations.hpp"

#include <limits>

#include "s3/bucket_access.hpp"
#include "s3/errors.hpp"
#include "s3/listed_owners.hpp"
#include "s3/listing_page.hpp"
#include "s3/listing_view.hpp"
#include "s3/restoration.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
void ListingOperations::Register(OperationTable& operations) {
  operations.Add("ListObjects", this, &ListingOperations::ListObjects);
  operations.Add("ListObjectsV2", this, &ListingOperations::ListObjectsV2);
  operations.Add("ListObjectVersions", this, &ListingOperations::ListObjectVersions);
}

Result<Json> ListingOperations::ListObjects(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const ListingView view, ListingView::Of(in));
  ListingRequest request = view.request();
  request.after = in.StringOr("Marker", "");
  const ListingPage page = parts_.deps.db.Read([&](storage::Reader& reader) {
    return ReadPage(reader, bucket->id, ListingCursor::Kind::kCurrentObjects, request);
  });

  Json answer = view.Answer(bucket->name, page);
  answer["Marker"] = view.Spell(request.after);
  // Without a delimiter the client goes on after the last key it got.
  if (page.is_truncated && !request.delimiter.empty()) answer["NextMarker"] = view.Spell(page.last);
  // Strangers are not told whose objects they see.
  const bool anonymous = call.caller.type == auth::PrincipalType::kAnonymous;
  const ListedOwners owners(parts_, *bucket, anonymous ? std::span<const ListedVersion>() : page.versions);
  const RestoreStatuses restores = ReadRestoreStatuses(parts_, call, page.versions);
  if (!page.versions.empty()) {
    Json& contents = answer["Contents"] = Json::array();
    for (const ListedVersion& version : page.versions) {
      AddRestoreStatus(contents.emplace_back(view.Entry(version, owners.Of(version))), version, restores);
    }
  }
  return answer;
}

Result<Json> ListingOperations::ListObjectsV2(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const ListingView view, ListingView::Of(in));
  ListingRequest request = view.request();
  const std::optional<std::string> start_after = in.OptionalString("StartAfter");
  const std::optional<std::string> token = in.OptionalString("ContinuationToken");
  request.after = start_after.value_or("");
  if (token) {
    std::optional<std::string> last = ReadContinuationToken(*token);
    if (!last) return InvalidArgument("The continuation token provided is incorrect", "continuation-token", nullptr);
    request.after = *std::move(last);
  }
  const ListingPage page = parts_.deps.db.Read([&](storage::Reader& reader) {
    return ReadPage(reader, bucket->id, ListingCursor::Kind::kCurrentObjects, request);
  });

  Json answer = view.Answer(bucket->name, page);
  answer["KeyCount"] = page.versions.size() + page.common_prefixes.size();
  if (token) answer["ContinuationToken"] = *token;
  if (!token && start_after && !start_after->empty()) answer["StartAfter"] = view.Spell(*start_after);
  if (page.is_truncated) answer["NextContinuationToken"] = MakeContinuationToken(page.last);
  const bool fetch = in.BoolOr("FetchOwner", false);
  const ListedOwners owners(parts_, *bucket, fetch ? page.versions : std::span<const ListedVersion>());
  const RestoreStatuses restores = ReadRestoreStatuses(parts_, call, page.versions);
  if (!page.versions.empty()) {
    Json& contents = answer["Contents"] = Json::array();
    for (const ListedVersion& version : page.versions) {
      AddRestoreStatus(contents.emplace_back(view.Entry(version, owners.Of(version))), version, restores);
    }
  }
  return answer;
}

Result<Json> ListingOperations::ListObjectVersions(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const ListingView view, ListingView::Of(in));
  ListingRequest request = view.request();
  request.after = in.StringOr("KeyMarker", "");
  const std::optional<std::string> version_marker = in.OptionalString("VersionIdMarker");
  if (version_marker && !version_marker->empty() && request.after.empty()) {
    return InvalidArgument("A version-id marker cannot be specified without a key marker.", "version-id-marker",
                           *version_marker);
  }
  if (version_marker && version_marker->empty() && !request.after.empty())
    return InvalidArgument("A version-id marker cannot be empty.", "version-id-marker", "");
  if (version_marker && !version_marker->empty() && !CheckVersionId(*version_marker).ok())
    return InvalidArgument("Invalid version id specified", "version-id-marker", *version_marker);
  const ListingPage page = parts_.deps.db.Read([&](storage::Reader& reader) {
    if (version_marker && !version_marker->empty()) {
      // Clients empty a bucket page by page: where the marker is gone, what is left of its key comes next.
      request.older_than = listing_store::FindVersionId(reader, bucket->id, request.after, *version_marker)
                               .value_or(std::numeric_limits<ObjectId>::max());
    }
    return ReadPage(reader, bucket->id, ListingCursor::Kind::kAllVersions, request);
  });

  Json answer = view.Answer(bucket->name, page);
  answer["KeyMarker"] = view.Spell(request.after);
  answer["VersionIdMarker"] = version_marker.value_or("");
  if (page.is_truncated) {
    answer["NextKeyMarker"] = view.Spell(page.last);
    if (!page.last_version_id.empty()) answer["NextVersionIdMarker"] = page.last_version_id;
  }
  const ListedOwners owners(parts_, *bucket, page.versions);
  const RestoreStatuses restores = ReadRestoreStatuses(parts_, call, page.versions);
  for (const ListedVersion& version : page.versions) {
    Json entry = view.Entry(version, owners.Of(version));
    entry["VersionId"] = version.version_id;
    entry["IsLatest"] = version.is_latest;
    AddRestoreStatus(entry, version, restores);
    answer[version.is_delete_marker ? "DeleteMarkers" : "Versions"].push_back(std::move(entry));
  }
  return answer;
}

}  // namespace stratolite::s3
