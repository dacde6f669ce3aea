#include "s3/logging_operations.hpp"

#include "s3/access_log.hpp"
#include "s3/acl_errors.hpp"
#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/document_schema.hpp"
#include "s3/errors.hpp"
#include "s3/ownership.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kDefaultRegion = "us-east-1";

AwsError InvalidTargetBucket(std::string message, const std::string& target) {
  AwsError error = MakeError("InvalidTargetBucketForLogging", std::move(message), 400);
  error.fields = std::make_shared<const Json>(Json{{"TargetBucket", target}});
  return error;
}

/// AWS's spelling, and its blank at the end.
AwsError CrossLocationLogging(const Bucket& source, const Bucket& target) {
  AwsError error = MakeError("CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ", 403);
  Json fields{{"TargetBucketLocation", target.region.str()}};
  if (source.region.str() != kDefaultRegion) fields["SourceBucketLocation"] = source.region.str();
  error.fields = std::make_shared<const Json>(std::move(fields));
  return error;
}

}  // namespace

void LoggingOperations::Register(OperationTable& operations) {
  operations.Add("PutBucketLogging", this, &LoggingOperations::PutBucketLogging);
  operations.Add("GetBucketLogging", this, &LoggingOperations::GetBucketLogging);
}

Result<Json> LoggingOperations::PutBucketLogging(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json status, ReadDocument(call, "BucketLoggingStatus"));
  RETURN_IF_ERROR(CheckSchema(call, "BucketLoggingStatus"));
  const Json* const enabled = Fields(status).Find("LoggingEnabled");
  if (enabled == nullptr) return StoreDocument(parts_, *bucket, kLoggingDocument, Json());
  RETURN_IF_ERROR(CheckTarget(*bucket, *enabled));
  return StoreDocument(parts_, *bucket, kLoggingDocument, *enabled);
}

Result<void> LoggingOperations::CheckTarget(const Bucket& source, const Json& enabled) {
  const Fields fields(enabled);
  const Fields format(fields.Object("TargetObjectKeyFormat"));
  if (fields.Has("TargetObjectKeyFormat") && format.Has("SimplePrefix") == format.Has("PartitionedPrefix")) {
    return MalformedXml();
  }
  const std::string name = fields.StringOr("TargetBucket", "");
  const BucketPtr target = parts_.buckets.Find(name);
  if (!target) return InvalidTargetBucket("The target bucket for logging does not exist", name);
  if (target->account != source.account) {
    return InvalidTargetBucket("The owner for the bucket to be logged and the target bucket must be the same.", name);
  }
  if (target->region != source.region) return CrossLocationLogging(source, *target);
  for (const Json& grant : fields.List("TargetGrants")) {
    if (!Fields(grant).Has("Grantee") || !Fields(grant).Has("Permission")) return MalformedXml();
    if (Fields(Fields(grant).Object("Grantee")).StringOr("Type", "") == "AmazonCustomerByEmail") {
      return EmailGranteesEnded();
    }
  }
  if (!fields.List("TargetGrants").empty() && !HasAcls(*target)) return AccessControlListNotSupported();
  return {};
}

Result<Json> LoggingOperations::GetBucketLogging(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const enabled = bucket->Setting(kLoggingDocument);
  return enabled == nullptr ? Json::object() : Json{{"LoggingEnabled", *enabled}};
}

}  // namespace stratolite::s3
