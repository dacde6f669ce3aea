#include "s3/bucket_operations.hpp"

#include <array>

#include "s3/bucket_access.hpp"
#include "s3/bucket_names.hpp"
#include "s3/errors.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kHomeRegion = "us-east-1";
/// What the European Union's only region was called in S3's first years; GetBucketLocation keeps answering it.
constexpr std::string_view kOldEurope = "EU";
constexpr std::string_view kEurope = "eu-west-1";

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

/// Since April 2023 buckets are made without ACLs; one that grants others anything is refused by name.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
Result<void> CheckOwnership(const Fields& in) {
  constexpr std::array<const char*, 5> kGrants = {"GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite",
                                                  "GrantWriteACP"};
  const std::string ownership = in.StringOr("ObjectOwnership", "BucketOwnerEnforced");
  if (ownership != "BucketOwnerEnforced" && ownership != "BucketOwnerPreferred" && ownership != "ObjectWriter") {
    return InvalidArgument("Invalid x-amz-object-ownership header: " + ownership, "x-amz-object-ownership", nullptr);
  }
  if (ownership != "BucketOwnerEnforced") return HeaderNotImplemented("x-amz-object-ownership");
  const std::string acl = in.StringOr("ACL", "private");
  if (acl != "private") return InvalidBucketAclWithObjectOwnership();
  for (const char* grant : kGrants) {
    if (in.Has(grant)) return InvalidBucketAclWithObjectOwnership();
  }
  if (in.BoolOr("ObjectLockEnabledForBucket", false)) return HeaderNotImplemented("x-amz-bucket-object-lock-enabled");
  if (in.StringOr("BucketNamespace", "global") != "global") return HeaderNotImplemented("x-amz-bucket-namespace");
  return {};
}

}  // namespace

void BucketOperations::Register(OperationTable& operations) {
  operations.Add("CreateBucket", this, &BucketOperations::CreateBucket);
  operations.Add("DeleteBucket", this, &BucketOperations::DeleteBucket);
  operations.Add("HeadBucket", this, &BucketOperations::HeadBucket);
}

Result<Json> BucketOperations::CreateBucket(const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Bucket", "");
  if (!IsBucketName(name)) return InvalidBucketName(name);
  RETURN_IF_ERROR(CheckOwnership(in));
  const Fields configuration(in.Object("CreateBucketConfiguration"));
  std::optional<std::string> constraint = configuration.OptionalString("LocationConstraint");
  if (constraint && constraint->empty()) constraint.reset();
  ASSIGN_OR_RETURN(const Region region, PlaceOf(call.scope.region, constraint));

  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (const BucketPtr existing = parts_.buckets.Find(txn, name)) {
      if (existing->account != call.scope.account) return BucketAlreadyExists(name);
      if (existing->region.str() != kHomeRegion) return BucketAlreadyOwnedByYou(name);
    } else {
      Bucket bucket{
          .name = name, .account = call.scope.account, .region = region, .created_at = parts_.deps.clock.Now()};
      parts_.buckets.Insert(txn, bucket);
    }
    return Json{{"Location", "/" + name}, {"BucketArn", BucketArn(region, name)}};
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
    // Uploads in progress do not hold a bucket back (they do in directory buckets only); they end with it.
    std::vector<Upload> uploads;
    parts_.uploads.List(txn, bucket->id, "", "", "",
                        [&](const Upload& upload) { return uploads.push_back(upload), true; });
    for (const Upload& upload : uploads) parts_.uploads.Remove(txn, upload);
    parts_.buckets.Delete(txn, *bucket);
    return Json::object();
  });
}

Result<Json> BucketOperations::HeadBucket(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return Json{{"BucketArn", BucketArn(bucket->region, bucket->name)},
              {"BucketRegion", bucket->region.str()},
              {"AccessPointAlias", false}};
}

}  // namespace stratolite::s3
