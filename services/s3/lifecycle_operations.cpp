#include "s3/lifecycle_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/document_schema.hpp"
#include "s3/errors.hpp"
#include "s3/lifecycle_configuration.hpp"
#include "s3/lifecycle_errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

void LifecycleOperations::Register(OperationTable& operations) {
  using Self = LifecycleOperations;
  operations.Add("PutBucketLifecycleConfiguration", this, &Self::PutBucketLifecycleConfiguration);
  operations.Add("GetBucketLifecycleConfiguration", this, &Self::GetBucketLifecycleConfiguration);
  operations.Add("DeleteBucketLifecycle", this, &Self::DeleteBucketLifecycle);
}

Result<Json> LifecycleOperations::PutBucketLifecycleConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json given, ReadDocument(call, "LifecycleConfiguration"));
  const bool any_rule = !Fields(given).List("Rules").empty();
  if (any_rule) RETURN_IF_ERROR(CheckSchema(call, "LifecycleConfiguration"));
  const std::string minimum_size = Fields(call.input).StringOr("TransitionDefaultMinimumObjectSize", "");
  ASSIGN_OR_RETURN(const Json document, ReadLifecycleConfiguration(given, minimum_size, parts_.deps.random));
  const bool any_enabled = !ToLifecycleRules(document).rules.empty();
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, bucket->id)) return NoSuchBucket(bucket->name);
    parts_.buckets.SetDocument(txn, *bucket, kLifecycleDocument, document);
    engine_.Configured(txn, *bucket, any_enabled);
    return Json{{"TransitionDefaultMinimumObjectSize", document.at("TransitionDefaultMinimumObjectSize")}};
  });
}

Result<Json> LifecycleOperations::GetBucketLifecycleConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const document = bucket->Setting(kLifecycleDocument);
  if (document == nullptr) return lifecycle_errors::NoSuchConfiguration(bucket->name);
  return *document;
}

Result<Json> LifecycleOperations::DeleteBucketLifecycle(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, bucket->id)) return NoSuchBucket(bucket->name);
    parts_.buckets.RemoveDocument(txn, *bucket, kLifecycleDocument);
    engine_.Configured(txn, *bucket, false);
    return Json::object();
  });
}

}  // namespace stratolite::s3
