#include "s3/cors_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/cors_rules.hpp"
#include "s3/document_schema.hpp"
#include "s3/http_surface_errors.hpp"

namespace stratolite::s3 {

void CorsOperations::Register(OperationTable& operations) {
  operations.Add("PutBucketCors", this, &CorsOperations::PutBucketCors);
  operations.Add("GetBucketCors", this, &CorsOperations::GetBucketCors);
  operations.Add("DeleteBucketCors", this, &CorsOperations::DeleteBucketCors);
}

Result<Json> CorsOperations::PutBucketCors(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "CORSConfiguration"));
  RETURN_IF_ERROR(CheckSchema(call, "CORSConfiguration"));
  ASSIGN_OR_RETURN(const Json configuration, CheckCorsConfiguration(document));
  return StoreDocument(parts_, *bucket, kCorsDocument, configuration);
}

Result<Json> CorsOperations::GetBucketCors(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const configuration = bucket->Setting(kCorsDocument);
  if (configuration == nullptr) return NoSuchCorsConfiguration(bucket->name);
  return *configuration;
}

Result<Json> CorsOperations::DeleteBucketCors(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return StoreDocument(parts_, *bucket, kCorsDocument, Json());
}

}  // namespace stratolite::s3
