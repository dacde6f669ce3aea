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

Result<BucketPtr> FindBucket(Parts& parts, const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Bucket", "");
  ASSIGN_OR_RETURN(BucketPtr bucket, FindNamedBucket(parts, call, name));
  RETURN_IF_ERROR(CheckSignedRegion(call, bucket->region.str()));
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
