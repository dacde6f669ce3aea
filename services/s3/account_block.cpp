#include "s3/account_block.hpp"

#include "s3/bucket_policy.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

PublicAccess EffectivePublicAccessBlock(Parts& parts, const Bucket& bucket) {
  const Json* const set = bucket.Setting(kPublicAccessDocument);
  const std::optional<Json> own = set == nullptr ? std::nullopt : std::optional<Json>(*set);
  PublicAccess access{.block_acls = BlocksPublicAccess(own, "BlockPublicAcls"),
                      .ignore_acls = BlocksPublicAccess(own, "IgnorePublicAcls"),
                      .block_policy = BlocksPublicAccess(own, "BlockPublicPolicy"),
                      .restrict_buckets = BlocksPublicAccess(own, "RestrictPublicBuckets")};
  if (const auto account = parts.account_settings.Find(bucket.account, kAccountBlockDocument))
    AddBlock(*account, access);
  return access;
}

void AddBlock(const Json& block, PublicAccess& access) {
  const Fields fields(block);
  access.block_acls = access.block_acls || fields.BoolOr("BlockPublicAcls", false);
  access.ignore_acls = access.ignore_acls || fields.BoolOr("IgnorePublicAcls", false);
  access.block_policy = access.block_policy || fields.BoolOr("BlockPublicPolicy", false);
  access.restrict_buckets = access.restrict_buckets || fields.BoolOr("RestrictPublicBuckets", false);
}

}  // namespace stratolite::s3
