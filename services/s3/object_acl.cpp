#include "s3/object_acl.hpp"

#include "s3/acl_errors.hpp"
#include "s3/errors.hpp"
#include "s3/ownership.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

AclPlace PlaceFor(const Bucket& bucket, const ObjectDetails& details) {
  return {AclPlace::Kind::kObject, CanonicalUserId(OwnerOf(bucket, details)), CanonicalUserId(bucket.account)};
}

/// Where there are no ACLs, grants are refused before anybody looks at them.
Result<std::optional<Json>> ReadAclFor(const Call& call, const Bucket& bucket, const ObjectDetails& details) {
  auto acl = ReadAcl(call, PlaceFor(bucket, details));
  if (!acl.ok() && !HasAcls(bucket) && HasGrantHeaders(call)) return AccessControlListNotSupported();
  return acl;
}

Result<void> CheckBlock(const PublicAccess& block, const Call& call, const Bucket& bucket, std::string_view action,
                        const Json& acl) {
  if (!IsPublicAcl(acl) || !block.block_acls) return {};
  const std::string resource = "arn:" + std::string(PartitionOf(bucket.region)) + ":s3:::" + bucket.name + "/" +
                               Fields(call.input).StringOr("Key", "");
  return PublicAclBlocked(call.caller.arn, action, resource);
}

void Keep(Json acl, ObjectDetails& details) {
  details.acl.reset();
  if (!IsOwnersAcl(acl)) details.acl = std::move(acl);
}

}  // namespace

Result<void> ReadObjectAcl(Parts& parts, const Call& call, const Bucket& bucket, ObjectDetails& details) {
  const std::string canned = Fields(call.input).StringOr("ACL", "");
  const bool given_away = OwnershipOf(bucket) == kBucketOwnerPreferred && canned == "bucket-owner-full-control";
  const AccountId writer = WriterOf(call);
  if (HasAcls(bucket) && !given_away && writer != bucket.account) details.owner = writer.str();
  ASSIGN_OR_RETURN(std::optional<Json> acl, ReadAclFor(call, bucket, details));
  if (!acl) return {};
  // An ACL that changes nothing is let through: old clients send `private` with every object.
  if (!HasAcls(bucket)) return IsOwnersAcl(*acl) ? Result<void>() : AccessControlListNotSupported();
  RETURN_IF_ERROR(CheckBlock(EffectivePublicAccessBlock(parts, bucket), call, bucket, "s3:PutObject", *acl));
  Keep(*std::move(acl), details);
  return {};
}

Result<void> ChangeObjectAcl(const Call& call, const Bucket& bucket, const PublicAccess& block,
                             ObjectDetails& details) {
  ASSIGN_OR_RETURN(std::optional<Json> acl, ReadAclFor(call, bucket, details));
  if (!acl) return MissingAcl();
  if (!HasAcls(bucket)) {
    // "The bucket owner full control canned ACL or an equivalent form of it": other than PutObject, this operation was not seen to take `private`.
    const std::string canned = Fields(call.input).StringOr("ACL", "bucket-owner-full-control");
    if (canned != "bucket-owner-full-control" || !IsOwnersAcl(*acl)) return AccessControlListNotSupported();
    return {};
  }
  RETURN_IF_ERROR(CheckBlock(block, call, bucket, "s3:PutObjectAcl", *acl));
  Keep(*std::move(acl), details);
  return {};
}

}  // namespace stratolite::s3
