#include "s3/delete_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/checksum_headers.hpp"
#include "s3/conditions.hpp"
#include "s3/deletion_access.hpp"
#include "s3/directory_buckets.hpp"
#include "s3/errors.hpp"
#include "s3/object_lock.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_writing.hpp"
#include "s3/ownership.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMaxDeletions = 1000;

/// Whether a body that must not be damaged on its way says what it should be.
bool HasDigest(const wire::Headers& headers) {
  if (headers.Has("content-md5") || headers.Has("x-amz-trailer")) return true;
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    if (headers.Has(ChecksumHeader(algorithm))) return true;
  }
  return false;
}

Json ErrorEntry(const AwsError& error, const Fields& identifier) {
  Json entry{{"Code", error.code}, {"Message", error.message}, {"Key", identifier.StringOr("Key", "")}};
  if (const auto version_id = identifier.OptionalString("VersionId")) entry["VersionId"] = *version_id;
  return entry;
}

}  // namespace

Result<Json> DeleteOperations::DeleteObject(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  const Fields in(call.input);
  // Only directory buckets look at these two.
  if (!IsDirectoryBucketName(found->name)) {
    if (in.Has("IfMatchLastModifiedTime")) return HeaderNotImplemented("x-amz-if-match-last-modified-time");
    if (in.Has("IfMatchSize")) return HeaderNotImplemented("x-amz-if-match-size");
  }
  RETURN_IF_ERROR(ReadBypass(call, *found));
  Target target{.if_match = in.OptionalString("IfMatch"),
                .if_size = in.OptionalInt("IfMatchSize"),
                .if_modified = in.OptionalTime("IfMatchLastModifiedTime")};
  ASSIGN_OR_RETURN(target.key, ReadKey(call));
  ASSIGN_OR_RETURN(target.version_id, ReadVersionId(call, *found));

  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
    ASSIGN_OR_RETURN(const Outcome outcome, Delete(txn, call, *bucket, target));
    Json output = Json::object();
    if (outcome.is_delete_marker) output["DeleteMarker"] = true;
    if (outcome.version_id) output["VersionId"] = *outcome.version_id;
    return output;
  });
}

Result<Json> DeleteOperations::DeleteObjects(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  if (call.headers != nullptr && !HasDigest(*call.headers)) {
    return InvalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const Fields in(call.input);
  const Json& objects = Fields(in.Object("Delete")).List("Objects");
  if (objects.empty() || objects.size() > kMaxDeletions) return MalformedXml();
  for (const Json& identifier : objects) {
    if (Fields(identifier).StringOr("Key", "").empty()) return MalformedXml();
  }
  RETURN_IF_ERROR(ReadBypass(call, *found));
  const Denials denials = CheckDeletions(parts_, call, *found);

  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
    return DeleteEach(txn, call, *bucket, denials);
  });
}

Json DeleteOperations::DeleteEach(storage::Txn& txn, const Call& call, const Bucket& bucket, const Denials& denials) {
  const Fields request(Fields(call.input).Object("Delete"));
  Json deleted = Json::array();
  Json errors = Json::array();
  const Json& objects = request.List("Objects");
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const Json& identifier = objects[i];
    const Fields names(identifier);
    if (!denials.empty() && denials[i]) {
      errors.push_back(ErrorEntry(*denials[i], names));
      continue;
    }
    auto target = ReadTarget(identifier, IsDirectoryBucketName(bucket.name));
    auto outcome = target.ok() ? Delete(txn, call, bucket, *target) : Result<Outcome>(std::move(target).error());
    // DeleteObject is content when a version is not there; this operation was seen not to be.
    if (outcome.ok() && target->version_id && !outcome->found) {
      outcome = NoSuchVersion(target->key, *target->version_id);
    }
    if (!outcome.ok()) {
      errors.push_back(ErrorEntry(outcome.error(), names));
      continue;
    }
    Json entry{{"Key", target->key}};
    if (target->version_id) entry["VersionId"] = *target->version_id;
    if (outcome->is_delete_marker) {
      entry["DeleteMarker"] = true;
      entry["DeleteMarkerVersionId"] = *outcome->version_id;
    }
    deleted.push_back(std::move(entry));
  }
  Json output = Json::object();
  if (!deleted.empty() && !request.BoolOr("Quiet", false)) output["Deleted"] = std::move(deleted);
  if (!errors.empty()) output["Errors"] = std::move(errors);
  return output;
}

Result<DeleteOperations::Target> DeleteOperations::ReadTarget(const Json& identifier, bool directory) {
  const Fields names(identifier);
  if (!directory && (names.Has("LastModifiedTime") || names.Has("Size"))) {
    return HeaderNotImplemented(names.Has("Size") ? "Size" : "LastModifiedTime");
  }
  Target target{.key = names.StringOr("Key", ""),
                .version_id = names.OptionalString("VersionId"),
                .if_match = names.OptionalString("ETag"),
                .if_size = names.OptionalInt("Size"),
                .if_modified = names.OptionalTime("LastModifiedTime")};
  return target;
}

Result<DeleteOperations::Outcome> DeleteOperations::Delete(storage::Txn& txn, const Call& call, const Bucket& bucket,
                                                           const Target& target) {
  const auto object = target.version_id ? parts_.objects.FindVersion(txn, bucket.id, target.key, *target.version_id)
                                        : parts_.objects.FindLatest(txn, bucket.id, target.key);
  const bool exists = object && !object->is_delete_marker;
  if (exists && target.if_size && static_cast<std::uint64_t>(*target.if_size) != object->size)
    return PreconditionFailed("x-amz-if-match-size");
  if (exists && target.if_modified && *target.if_modified != object->last_modified)
    return PreconditionFailed("x-amz-if-match-last-modified-time");
  if (target.if_match) {
    // Nothing to protect is no failure, but `*` asks for something to be there.
    if (exists ? !MatchesEtag(*target.if_match, object->etag) : *target.if_match == "*") {
      return PreconditionFailed("If-Match");
    }
    if (!exists && !target.version_id) return Outcome{};
  }
  if (target.version_id || bucket.versioning == Versioning::kNever) {
    const bool bypass = Fields(call.input).BoolOr("BypassGovernanceRetention", false);
    if (object) RETURN_IF_ERROR(CheckNotLocked(*object, parts_.deps.clock.Now(), bypass));
    return RemoveVersion(txn, call, bucket, target, object);
  }
  return InsertMarker(txn, call, bucket, target);
}

DeleteOperations::Outcome DeleteOperations::RemoveVersion(storage::Txn& txn, const Call& call, const Bucket& bucket,
                                                          const Target& target, const std::optional<Object>& object) {
  Outcome outcome{.found = object.has_value(), .version_id = target.version_id};
  if (!object) return outcome;
  outcome.is_delete_marker = object->is_delete_marker;
  parts_.objects.Remove(txn, *object);
  parts_.notifications.Announce(txn, call, bucket, *object, "ObjectRemoved:Delete");
  return outcome;
}

DeleteOperations::Outcome DeleteOperations::InsertMarker(storage::Txn& txn, const Call& call, const Bucket& bucket,
                                                         const Target& target) {
  Object marker;
  marker.key = target.key;
  marker.is_delete_marker = true;
  if (HasAcls(bucket) && WriterOf(call) != bucket.account) marker.details.owner = WriterOf(call).str();
  InsertObject(parts_, txn, call, bucket, marker, {}, "ObjectRemoved:DeleteMarkerCreated");
  return {.found = true, .is_delete_marker = true, .version_id = marker.version_id};
}

}  // namespace stratolite::s3
