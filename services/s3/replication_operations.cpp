#include "s3/replication_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/document_schema.hpp"
#include "s3/errors.hpp"
#include "s3/replication_rules.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

AwsError ReplicationConfigurationNotFound(std::string_view bucket) {
  AwsError error =
      MakeError("ReplicationConfigurationNotFoundError", "The replication configuration was not found", 404);
  error.fields = std::make_shared<const Json>(Json{{"BucketName", bucket}});
  return error;
}

}  // namespace

void ReplicationOperations::Register(OperationTable& operations) {
  operations.Add("PutBucketReplication", this, &ReplicationOperations::PutBucketReplication);
  operations.Add("GetBucketReplication", this, &ReplicationOperations::GetBucketReplication);
  operations.Add("DeleteBucketReplication", this, &ReplicationOperations::DeleteBucketReplication);
}

Result<Json> ReplicationOperations::PutBucketReplication(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json given, ReadDocument(call, "ReplicationConfiguration"));
  RETURN_IF_ERROR(CheckSchema(call, "ReplicationConfiguration"));
  if (bucket->versioning != Versioning::kEnabled) {
    return InvalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  ASSIGN_OR_RETURN(const Json configuration, ParseReplication(given, bucket->name, parts_.deps.random));
  for (const Json& rule : configuration["Rules"]) {
    const BucketPtr target = parts_.buckets.Find(ReplicationTarget(rule));
    if (!target || target->versioning != Versioning::kEnabled) {
      return InvalidRequest("Destination bucket must have versioning enabled.");
    }
    const std::string account = Fields(Fields(rule).Object("Destination")).StringOr("Account", target->account.str());
    if (account != target->account.str()) {
      return InvalidRequest("The Account specified in the destination does not own the destination bucket.");
    }
  }
  return StoreDocument(parts_, *bucket, kReplicationDocument, configuration);
}

Result<Json> ReplicationOperations::GetBucketReplication(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const configuration = bucket->Setting(kReplicationDocument);
  if (configuration == nullptr) return ReplicationConfigurationNotFound(bucket->name);
  return Json{{"ReplicationConfiguration", *configuration}};
}

Result<Json> ReplicationOperations::DeleteBucketReplication(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return StoreDocument(parts_, *bucket, kReplicationDocument, Json());
}

}  // namespace stratolite::s3
