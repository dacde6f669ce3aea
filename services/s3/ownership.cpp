#include "s3/ownership.hpp"

#include "s3/bucket_policy.hpp"

namespace stratolite::s3 {

bool IsObjectOwnership(std::string_view value) {
  return value == kBucketOwnerEnforced || value == kBucketOwnerPreferred || value == kObjectWriter;
}

std::string_view OwnershipOf(const Bucket& bucket) {
  const Json* const set = bucket.Setting(kOwnershipDocument);
  if (set == nullptr) return kBucketOwnerEnforced;
  // "If you remove the setting, Object Ownership is Object Writer": the state of buckets from before there was one.
  return *set == kDeletedDocument ? kObjectWriter : std::string_view(set->get_ref<const std::string&>());
}

bool HasAcls(const Bucket& bucket) { return OwnershipOf(bucket) != kBucketOwnerEnforced; }

AccountId WriterOf(const Call& call) {
  if (call.caller.type == auth::PrincipalType::kAnonymous) return AccountId(std::string(kAnonymousOwner));
  return call.scope.account;
}

AccountId OwnerOf(const Bucket& bucket, const ObjectDetails& details) {
  return details.owner.empty() || !HasAcls(bucket) ? bucket.account : AccountId(details.owner);
}

Json AclOf(const Bucket& bucket) {
  const Json* const acl = bucket.Setting(kAclDocument);
  return acl == nullptr || !HasAcls(bucket) ? OwnersAcl(CanonicalUserId(bucket.account)) : *acl;
}

Json AclOf(const Bucket& bucket, const ObjectDetails& details) {
  if (details.acl && HasAcls(bucket)) return *details.acl;
  return OwnersAcl(CanonicalUserId(OwnerOf(bucket, details)));
}

}  // namespace stratolite::s3
