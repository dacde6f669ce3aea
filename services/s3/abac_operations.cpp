#include "s3/abac_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/bucket_setting_operations.hpp"
#include "s3/errors.hpp"
#include "s3/object_tags.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

void AbacOperations::Register(OperationTable& operations) {
  operations.Add("PutBucketAbac", this, &AbacOperations::PutBucketAbac);
  operations.Add("GetBucketAbac", this, &AbacOperations::GetBucketAbac);
}

Result<Json> AbacOperations::PutBucketAbac(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "AbacStatus"));
  const std::string status = Fields(document).StringOr("Status", "");
  if (status != "Enabled" && status != "Disabled") return MalformedXml();
  return StoreDocument(parts_, *bucket, kAbacDocument, status);
}

Result<Json> AbacOperations::GetBucketAbac(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return Json{{"AbacStatus", {{"Status", TagsDecideAccess(*bucket) ? "Enabled" : "Disabled"}}}};
}

bool TagsDecideAccess(const Bucket& bucket) {
  const Json* const status = bucket.Setting(kAbacDocument);
  return status != nullptr && *status == "Enabled";
}

AwsError TagsNeedTagResource() {
  return InvalidRequest(
      "Tags of a bucket with attribute-based access control are changed by TagResource and UntagResource of S3 "
      "Control.");
}

void AddBucketTags(const Bucket& bucket, ResourceFacts& facts) {
  const Json* const tags = TagsDecideAccess(bucket) ? bucket.Setting(kTaggingDocument) : nullptr;
  if (tags == nullptr) return;
  for (const auto& [key, value] : tags->get<TagMap>()) {
    facts.tags[key] = value;
    facts.context.Set("s3:BucketTag/" + key, value);
  }
}

}  // namespace stratolite::s3
