#include "s3/bucket_setting_operations.hpp"

#include <array>

#include "s3/abac_operations.hpp"
#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/bucket_policy.hpp"
#include "s3/errors.hpp"
#include "s3/object_lock.hpp"
#include "s3/object_lock_errors.hpp"
#include "s3/object_tags.hpp"
#include "s3/replication_rules.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::array<const char*, 4> kPublicAccessMembers = {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                                                             "RestrictPublicBuckets"};

Json PublicAccessBlock(bool value) {
  Json block = Json::object();
  for (const char* member : kPublicAccessMembers) block[member] = value;
  return block;
}

AwsError VersioningReplicated() {
  return MakeError(
      "InvalidBucketState",
      "A replication configuration is present on this bucket, so you cannot change the versioning state. To "
      "change the versioning state, first delete the replication configuration.",
      409);
}

}  // namespace

void BucketSettingOperations::Register(OperationTable& operations) {
  using Self = BucketSettingOperations;
  operations.Add("PutBucketVersioning", this, &Self::PutBucketVersioning).partial_note = "no MFA delete";
  operations.Add("GetBucketVersioning", this, &Self::GetBucketVersioning);
  operations.Add("PutBucketTagging", this, &Self::PutBucketTagging);
  operations.Add("GetBucketTagging", this, &Self::GetBucketTagging);
  operations.Add("DeleteBucketTagging", this, &Self::DeleteBucketTagging);
  operations.Add("PutPublicAccessBlock", this, &Self::PutPublicAccessBlock);
  operations.Add("GetPublicAccessBlock", this, &Self::GetPublicAccessBlock);
  operations.Add("DeletePublicAccessBlock", this, &Self::DeletePublicAccessBlock);
}

Result<Json> BucketSettingOperations::PutBucketVersioning(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "VersioningConfiguration"));
  const Fields configuration(document);
  const std::string mfa_delete = configuration.StringOr("MFADelete", "Disabled");
  if (mfa_delete == "Enabled") return MfaDeleteNotImplemented();
  const std::optional<std::string> status = configuration.OptionalString("Status");
  if (!status) return IllegalVersioningConfiguration();
  if ((*status != "Enabled" && *status != "Suspended") || mfa_delete != "Disabled") return MalformedXml();
  if (*status == "Suspended" && HasObjectLock(*found)) return VersioningLocked();
  if (*status == "Suspended" && found->Setting(kReplicationDocument) != nullptr) return VersioningReplicated();
  const Versioning versioning = *status == "Enabled" ? Versioning::kEnabled : Versioning::kSuspended;
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, found->id)) return NoSuchBucket(found->name);
    parts_.buckets.SetVersioning(txn, *found, versioning);
    return Json::object();
  });
}

Result<Json> BucketSettingOperations::GetBucketVersioning(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  if (bucket->versioning == Versioning::kNever) return Json::object();
  return Json{{"Status", bucket->versioning == Versioning::kEnabled ? "Enabled" : "Suspended"}};
}

Result<Json> BucketSettingOperations::PutBucketTagging(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  if (TagsDecideAccess(*bucket)) return TagsNeedTagResource();
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "Tagging"));
  const Fields tagging(document);
  if (!tagging.Has("TagSet")) return MalformedXml();
  ASSIGN_OR_RETURN(const TagMap tags, ValidateTagSet(tagging.List("TagSet"), TagSubject::kBucket));
  // The model says 200, AWS answers 204.
  if (call.reply != nullptr) call.reply->http_status = 204;
  return StoreDocument(parts_, *bucket, kTaggingDocument, tags.empty() ? Json() : Json(tags));
}

Result<Json> BucketSettingOperations::GetBucketTagging(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const tags = bucket->Setting(kTaggingDocument);
  if (tags == nullptr) return NoSuchTagSet(bucket->name);
  return Json{{"TagSet", ToTagSet(tags->get<TagMap>())}};
}

Result<Json> BucketSettingOperations::DeleteBucketTagging(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  if (TagsDecideAccess(*bucket)) return TagsNeedTagResource();
  return StoreDocument(parts_, *bucket, kTaggingDocument, Json());
}

Result<Json> BucketSettingOperations::PutPublicAccessBlock(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "PublicAccessBlockConfiguration"));
  const Fields given(document);
  Json block = PublicAccessBlock(false);
  bool any = false;
  for (const char* member : kPublicAccessMembers) {
    any = any || given.Has(member);
    block[member] = given.BoolOr(member, false);
  }
  if (!any) return InvalidRequest("Must specify at least one configuration.");
  return StoreDocument(parts_, *bucket, kPublicAccessDocument, block);
}

Result<Json> BucketSettingOperations::GetPublicAccessBlock(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  // Since April 2023 everything is blocked in new buckets.
  const Json* const set = bucket->Setting(kPublicAccessDocument);
  const Json block = set == nullptr ? PublicAccessBlock(true) : *set;
  if (block == kDeletedDocument) return NoSuchPublicAccessBlock(bucket->name);
  return Json{{"PublicAccessBlockConfiguration", block}};
}

Result<Json> BucketSettingOperations::DeletePublicAccessBlock(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return StoreDocument(parts_, *bucket, kPublicAccessDocument, kDeletedDocument);
}

}  // namespace stratolite::s3
