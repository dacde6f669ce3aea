#include "s3/bucket_access.hpp"

#include <fmt/format.h>

#include "s3/accelerate_operations.hpp"
#include "s3/access_point_requests.hpp"
#include "s3/directory_buckets.hpp"
#include "s3/errors.hpp"
#include "s3/request_payment.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kSchemeEnd = "://";

/// Where the bucket answers: the host of its region below the one that was called. One without such hosts (an address) answers for all regions.
std::string EndpointOf(const Call& call, const Bucket& bucket) {
  const std::size_t scheme = call.endpoint.find(kSchemeEnd);
  std::string authority =
      scheme == std::string::npos ? call.endpoint : call.endpoint.substr(scheme + kSchemeEnd.size());
  if (!authority.starts_with("localhost")) return authority;
  return fmt::format("{}.s3.{}.{}", bucket.name, bucket.region.str(), authority);
}

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html; GetBucketLocation is how clients learn the region, and answers in every one.
Result<void> CheckRegion(const Call& call, const Bucket& bucket) {
  RETURN_IF_ERROR(CheckSignedRegion(call, bucket.region.str()));
  if (!call.names_region || call.scope.region == bucket.region || call.operation == "GetBucketLocation") return {};
  return PermanentRedirect(bucket.name, bucket.region.str(), EndpointOf(call, bucket));
}

}  // namespace

Result<BucketPtr> FindBucket(Parts& parts, const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Bucket", "");
  ASSIGN_OR_RETURN(BucketPtr bucket, FindNamedBucket(parts, call, name));
  RETURN_IF_ERROR(CheckRegion(call, *bucket));
  RETURN_IF_ERROR(CheckAccelerated(call, *bucket));
  if (IsDirectoryBucketName(bucket->name)) RETURN_IF_ERROR(CheckDirectoryCall(parts, call, *bucket));
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
  if (const auto owner = in.OptionalString("ExpectedBucketOwner")) {
    if (!IsAccountId(*owner)) return InvalidBucketOwner(*owner);
    if (*owner != bucket->account.str()) return AccessDenied();
  }
  RETURN_IF_ERROR(CheckPayer(call, *bucket));
  return bucket;
}

Result<void> CheckSignedRegion(const Call& call, std::string_view expected) {
  if (call.scope.region.str() == "aws-global") return WrongSignedRegion(call.scope.region.str(), expected);
  return {};
}

}  // namespace stratolite::s3
