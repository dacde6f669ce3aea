#include "s3/bucket_acl_operations.hpp"

#include "s3/account_block.hpp"
#include "s3/acl_errors.hpp"
#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/bucket_policy.hpp"
#include "s3/errors.hpp"
#include "s3/ownership.hpp"
#include "stratolite/ports/bucket_defaults.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

AclPlace PlaceOfBucket(const AccountId& account) {
  const std::string owner = CanonicalUserId(account);
  return {AclPlace::Kind::kBucket, owner, owner};
}

bool HasLegacyDefaults(const ServiceDeps& deps) {
  const auto* const defaults = deps.ports.Find<ports::BucketDefaults>();
  return defaults != nullptr && defaults->legacy();
}

}  // namespace

void BucketAclOperations::Register(OperationTable& operations) {
  using Self = BucketAclOperations;
  operations.Add("PutBucketAcl", this, &Self::PutBucketAcl);
  operations.Add("GetBucketAcl", this, &Self::GetBucketAcl);
  operations.Add("PutBucketOwnershipControls", this, &Self::PutBucketOwnershipControls);
  operations.Add("GetBucketOwnershipControls", this, &Self::GetBucketOwnershipControls);
  operations.Add("DeleteBucketOwnershipControls", this, &Self::DeleteBucketOwnershipControls);
}

Result<Json> BucketAclOperations::PutBucketAcl(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  if (!HasAcls(*bucket) && HasGrantHeaders(call)) return AccessControlListNotSupported();
  ASSIGN_OR_RETURN(const std::optional<Json> acl, ReadAcl(call, PlaceOfBucket(bucket->account)));
  if (!acl) return MissingAcl();
  if (!HasAcls(*bucket)) {
    // The owner's full control spelled out says what holds anyway; no canned name of it is for buckets.
    const bool canned = Fields(call.input).Has("ACL");
    if (canned || !IsOwnersAcl(*acl)) return AccessControlListNotSupported();
    return Json::object();
  }
  if (IsPublicAcl(*acl) && EffectivePublicAccessBlock(parts_, *bucket).block_acls) {
    return PublicAclBlocked(call.caller.arn, "s3:PutBucketAcl",
                            "arn:" + std::string(PartitionOf(bucket->region)) + ":s3:::" + bucket->name);
  }
  return StoreDocument(parts_, *bucket, kAclDocument, IsOwnersAcl(*acl) ? Json() : *acl);
}

Result<Json> BucketAclOperations::GetBucketAcl(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return AclOf(*bucket);
}

Result<Json> BucketAclOperations::PutBucketOwnershipControls(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "OwnershipControls"));
  const Json& rules = Fields(document).List("Rules");
  if (rules.size() != 1) return MalformedXml();
  const std::string ownership = Fields(rules.front()).StringOr("ObjectOwnership", "");
  if (!IsObjectOwnership(ownership)) return MalformedXml();
  // "You must migrate bucket ACL permissions to bucket policies": https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
  if (ownership == kBucketOwnerEnforced && !IsOwnersAcl(AclOf(*bucket))) return InvalidBucketAclWithObjectOwnership();
  return StoreDocument(parts_, *bucket, kOwnershipDocument, ownership);
}

Result<Json> BucketAclOperations::GetBucketOwnershipControls(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const set = bucket->Setting(kOwnershipDocument);
  if (set != nullptr && *set == kDeletedDocument) return OwnershipControlsNotFound(bucket->name);
  Json rules = Json::array();
  rules.push_back({{"ObjectOwnership", OwnershipOf(*bucket)}});
  return Json{{"OwnershipControls", {{"Rules", std::move(rules)}}}};
}

Result<Json> BucketAclOperations::DeleteBucketOwnershipControls(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return StoreDocument(parts_, *bucket, kOwnershipDocument, kDeletedDocument);
}

Result<NewBucketAccess> ReadNewBucketAccess(Parts& parts, const Call& call) {
  const bool legacy = HasLegacyDefaults(parts.deps);
  NewBucketAccess access;
  access.ownership = Fields(call.input).OptionalString("ObjectOwnership");
  if (access.ownership && !IsObjectOwnership(*access.ownership)) {
    return InvalidArgument("Invalid x-amz-object-ownership header: " + *access.ownership, "x-amz-object-ownership",
                           nullptr);
  }
  if (legacy) {
    if (!access.ownership) access.ownership = kDeletedDocument;
    access.public_access = kDeletedDocument;
  }
  const bool enforced = access.ownership.value_or(std::string(kBucketOwnerEnforced)) == kBucketOwnerEnforced;
  if (enforced && HasGrantHeaders(call)) return InvalidBucketAclWithObjectOwnership();
  ASSIGN_OR_RETURN(access.acl, ReadAcl(call, PlaceOfBucket(call.scope.account)));
  if (!access.acl) return access;
  if (IsOwnersAcl(*access.acl)) {
    access.acl.reset();
    return access;
  }
  // Since April 2023 buckets are made without ACLs unless asked for, and all that is public is blocked in every one of them.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
  if (enforced) return InvalidBucketAclWithObjectOwnership();
  if (!IsPublicAcl(*access.acl)) return access;
  const auto account = parts.account_settings.Find(call.scope.account, kAccountBlockDocument);
  PublicAccess block{.block_acls = !legacy};
  if (account) AddBlock(*account, block);
  if (block.block_acls) return InvalidBucketAclWithBlockPublicAccess();
  return access;
}

void StoreNewBucketAccess(Parts& parts, storage::Txn& txn, const Bucket& bucket, const NewBucketAccess& access) {
  if (access.ownership) parts.buckets.SetDocument(txn, bucket, kOwnershipDocument, *access.ownership);
  if (access.public_access) parts.buckets.SetDocument(txn, bucket, kPublicAccessDocument, *access.public_access);
  if (access.acl) parts.buckets.SetDocument(txn, bucket, kAclDocument, *access.acl);
}

}  // namespace stratolite::s3
