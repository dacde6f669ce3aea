#include "s3/bucket_operations.hpp"

#include <algorithm>
#include <chrono>

#include "s3/access_point_requests.hpp"
#include "s3/bucket_access.hpp"
#include "s3/bucket_acl_operations.hpp"
#include "s3/bucket_names.hpp"
#include "s3/bucket_setting_operations.hpp"
#include "s3/directory_buckets.hpp"
#include "s3/errors.hpp"
#include "s3/listing_view.hpp"
#include "s3/object_lock.hpp"
#include "s3/object_tags.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kHomeRegion = "us-east-1";
/// What the European Union's only region was called in S3's first years; GetBucketLocation keeps answering it.
constexpr std::string_view kOldEurope = "EU";
constexpr std::string_view kEurope = "eu-west-1";
constexpr std::string_view kLocationDocument = "location";
constexpr std::int64_t kMaxBuckets = 10'000;

/// Where a bucket goes, by the endpoint's region and the constraint; only the endpoint of us-east-1 makes buckets elsewhere.
Result<Region> PlaceOf(const Region& endpoint, const std::optional<std::string>& constraint) {
  if (endpoint.str() == kHomeRegion) {
    if (!constraint) return endpoint;
    if (*constraint == kOldEurope) return Region(std::string(kEurope));
    if (*constraint == kHomeRegion || !IsRegionName(*constraint)) return InvalidLocationConstraint(*constraint);
    return Region(*constraint);
  }
  if (!constraint) return IllegalLocationConstraint("unspecified");
  if (*constraint == endpoint.str() || (*constraint == kOldEurope && endpoint.str() == kEurope)) return endpoint;
  return IllegalLocationConstraint(*constraint);
}

/// What is not built is refused, never ignored.
Result<void> CheckKind(const Fields& in) {
  if (in.StringOr("BucketNamespace", "global") != "global") return HeaderNotImplemented("x-amz-bucket-namespace");
  return {};
}

struct BucketPage {
  std::vector<Bucket> buckets;
  bool more = false;
};

}  // namespace

void BucketOperations::Register(OperationTable& operations) {
  operations.Add("CreateBucket", this, &BucketOperations::CreateBucket).partial_note = "no namespaces of accounts";
  operations.Add("DeleteBucket", this, &BucketOperations::DeleteBucket);
  operations.Add("HeadBucket", this, &BucketOperations::HeadBucket);
  operations.Add("ListBuckets", this, &BucketOperations::ListBuckets);
  operations.Add("GetBucketLocation", this, &BucketOperations::GetBucketLocation);
}

Result<Json> BucketOperations::CreateBucket(const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Bucket", "");
  RETURN_IF_ERROR(CheckSignedRegion(call, kHomeRegion));
  const Fields place(in.Object("CreateBucketConfiguration"));
  if (IsDirectoryBucketName(name) || place.Has("Location") || place.Has("Bucket"))
    return CreateDirectoryBucket(parts_, call);
  if (!IsBucketName(name)) return InvalidBucketName(name);
  ASSIGN_OR_RETURN(const NewBucketAccess access, ReadNewBucketAccess(parts_, call));
  RETURN_IF_ERROR(CheckKind(in));
  const Fields configuration(in.Object("CreateBucketConfiguration"));
  std::optional<std::string> constraint = configuration.OptionalString("LocationConstraint");
  if (constraint && constraint->empty()) constraint.reset();
  ASSIGN_OR_RETURN(const Region region, PlaceOf(call.scope.region, constraint));
  ASSIGN_OR_RETURN(const TagMap tags, ValidateTagSet(configuration.List("Tags"), TagSubject::kNewBucket));

  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const Json answer{{"Location", "/" + name}, {"BucketArn", BucketArn(region, name)}};
    if (const BucketPtr existing = parts_.buckets.Find(txn, name)) {
      if (existing->account != call.scope.account) return BucketAlreadyExists(name);
      // "For legacy compatibility": https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
      const bool legacy = existing->region.str() == kHomeRegion && region.str() == kHomeRegion && tags.empty();
      return legacy ? Result<Json>(answer) : BucketAlreadyOwnedByYou(name);
    }
    const bool locks = in.BoolOr("ObjectLockEnabledForBucket", false);
    Bucket bucket{.name = name, .account = call.scope.account, .region = region, .created_at = parts_.deps.clock.Now()};
    if (locks) bucket.versioning = Versioning::kEnabled;
    parts_.buckets.Insert(txn, bucket);
    if (locks) parts_.buckets.SetDocument(txn, bucket, kObjectLockDocument, {{"ObjectLockEnabled", "Enabled"}});
    if (constraint == kOldEurope) parts_.buckets.SetDocument(txn, bucket, kLocationDocument, *constraint);
    if (!tags.empty()) parts_.buckets.SetDocument(txn, bucket, kTaggingDocument, tags);
    StoreNewBucketAccess(parts_, txn, bucket, access);
    return answer;
  });
}

Result<Json> BucketOperations::DeleteBucket(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const BucketPtr bucket = parts_.buckets.Find(txn, found->name);
    if (!bucket) return NoSuchBucket(found->name);
    if (!parts_.objects.IsEmpty(txn, bucket->id)) {
      return bucket->versioning == Versioning::kNever ? BucketNotEmpty(bucket->name)
                                                      : BucketNotEmptyOfVersions(bucket->name);
    }
    if (parts_.access_points.BucketHasAny(txn, bucket->name)) return BucketHasAccessPoints(bucket->name);
    // Uploads in progress do not hold a bucket back (they do in directory buckets only); they end with it.
    std::vector<Upload> uploads;
    parts_.uploads.List(txn, bucket->id, "", "", "",
                        [&](const Upload& upload) { return uploads.push_back(upload), true; });
    if (!uploads.empty() && IsDirectoryBucketName(bucket->name)) return BucketNotEmpty(bucket->name);
    for (const Upload& upload : uploads) parts_.uploads.Remove(txn, upload);
    parts_.buckets.Delete(txn, *bucket);
    return Json::object();
  });
}

Result<Json> BucketOperations::HeadBucket(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  if (const Json* const place = bucket->Setting(kDirectoryDocument)) {
    return Json{{"BucketArn", DirectoryBucketArn(bucket->region, bucket->account, bucket->name)},
                {"BucketLocationType", (*place)["Type"]},
                {"BucketLocationName", (*place)["Name"]},
                {"BucketRegion", bucket->region.str()},
                {"AccessPointAlias", false}};
  }
  return Json{{"BucketArn", BucketArn(bucket->region, bucket->name)},
              {"BucketRegion", bucket->region.str()},
              {"AccessPointAlias", Fields(call.input).StringOr("Bucket", "") != bucket->name}};
}

Result<Json> BucketOperations::ListBuckets(const Call& call) {
  const Fields in(call.input);
  const std::int64_t limit = in.IntOr("MaxBuckets", kMaxBuckets);
  if (limit < 1 || limit > kMaxBuckets) {
    return InvalidArgument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets",
                           std::to_string(limit));
  }
  const std::optional<std::string> prefix = in.OptionalString("Prefix");
  const std::optional<std::string> region = in.OptionalString("BucketRegion");
  if (region && !IsRegionName(*region)) {
    return InvalidArgument("Argument value " + *region + " is not a valid AWS Region", "bucket-region", nullptr);
  }
  std::string after;
  const std::optional<std::string> token = in.OptionalString("ContinuationToken");
  if (token && !token->empty()) {
    std::optional<std::string> last = ReadContinuationToken(*token);
    if (!last) return InvalidArgument("The continuation token provided is incorrect", "continuation-token", nullptr);
    after = *std::move(last);
  }
  BucketPage page;
  parts_.deps.db.Read([&](storage::Reader& reader) {
    parts_.buckets.List(reader, call.scope.account, prefix.value_or(""), after, [&](const Bucket& bucket) {
      if (IsDirectoryBucketName(bucket.name)) return true;
      if (region && bucket.region.str() != *region) return true;
      page.more = static_cast<std::int64_t>(page.buckets.size()) == limit;
      if (!page.more) page.buckets.push_back(bucket);
      return !page.more;
    });
  });

  // The oldest form of the request does not tell regions.
  const bool regions = prefix || region || token || in.Has("MaxBuckets");
  Json buckets = Json::array();
  for (const Bucket& bucket : page.buckets) {
    Json& entry =
        buckets.emplace_back(Json{{"Name", bucket.name},
                                  {"CreationDate", ToJson(std::chrono::floor<std::chrono::seconds>(bucket.created_at))},
                                  {"BucketArn", BucketArn(bucket.region, bucket.name)}});
    if (regions) entry["BucketRegion"] = bucket.region.str();
  }
  Json answer{{"Buckets", std::move(buckets)}, {"Owner", {{"ID", CanonicalUserId(call.scope.account)}}}};
  if (prefix) answer["Prefix"] = *prefix;
  if (page.more) answer["ContinuationToken"] = MakeContinuationToken(page.buckets.back().name);
  return answer;
}

Result<Json> BucketOperations::GetBucketLocation(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  if (bucket->region.str() == kHomeRegion) return Json::object();
  const std::optional<Json> as_asked = parts_.deps.db.Read(
      [&](storage::Reader& reader) { return parts_.buckets.Document(reader, bucket->id, kLocationDocument); });
  return Json{{"LocationConstraint", as_asked.value_or(bucket->region.str())}};
}

}  // namespace stratolite::s3
