#include "s3/website_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/http_surface_errors.hpp"
#include "s3/website_configuration.hpp"

namespace stratolite::s3 {

void WebsiteOperations::Register(OperationTable& operations) {
  operations.Add("PutBucketWebsite", this, &WebsiteOperations::PutBucketWebsite);
  operations.Add("GetBucketWebsite", this, &WebsiteOperations::GetBucketWebsite);
  operations.Add("DeleteBucketWebsite", this, &WebsiteOperations::DeleteBucketWebsite);
}

Result<Json> WebsiteOperations::PutBucketWebsite(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json configuration, ReadDocument(call, "WebsiteConfiguration"));
  RETURN_IF_ERROR(CheckWebsiteConfiguration(configuration));
  return StoreDocument(parts_, *bucket, kWebsiteDocument, configuration);
}

Result<Json> WebsiteOperations::GetBucketWebsite(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const configuration = bucket->Setting(kWebsiteDocument);
  if (configuration == nullptr) return NoSuchWebsiteConfiguration(bucket->name);
  return *configuration;
}

Result<Json> WebsiteOperations::DeleteBucketWebsite(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return StoreDocument(parts_, *bucket, kWebsiteDocument, Json());
}

}  // namespace stratolite::s3
