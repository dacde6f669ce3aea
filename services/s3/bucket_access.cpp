#include "s3/bucket_access.hpp"

#include <fmt/format.h>

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

Result<BucketPtr> FindBucket(Parts& parts, const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Bucket", "");
  BucketPtr bucket = parts.buckets.Find(name);
  if (!bucket) return NoSuchBucket(name);
  RETURN_IF_ERROR(CheckSignedRegion(call, bucket->region.str()));
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
  if (const auto owner = in.OptionalString("ExpectedBucketOwner")) {
    if (!IsAccountId(*owner)) return InvalidBucketOwner(*owner);
    if (*owner != bucket->account.str()) return AccessDenied();
  }
  return bucket;
}

Result<void> CheckSignedRegion(const Call& call, std::string_view expected) {
  if (call.scope.region.str() == "aws-global") return WrongSignedRegion(call.scope.region.str(), expected);
  return {};
}

std::string CanonicalUserId(const AccountId& account) {
  return Sha256Hex(fmt::format("stratolite canonical user {}", account.str()));
}

Json OwnersAcl(const Bucket& bucket) {
  const std::string owner = CanonicalUserId(bucket.account);
  Json grants = Json::array();
  grants.push_back({{"Grantee", {{"ID", owner}, {"Type", "CanonicalUser"}}}, {"Permission", "FULL_CONTROL"}});
  return {{"Owner", {{"ID", owner}}}, {"Grants", std::move(grants)}};
}

}  // namespace stratolite::s3
