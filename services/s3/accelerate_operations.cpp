#include "s3/accelerate_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

void AccelerateOperations::Register(OperationTable& operations) {
  using Self = AccelerateOperations;
  operations.Add("PutBucketAccelerateConfiguration", this, &Self::PutBucketAccelerateConfiguration);
  operations.Add("GetBucketAccelerateConfiguration", this, &Self::GetBucketAccelerateConfiguration);
}

Result<Json> AccelerateOperations::PutBucketAccelerateConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "AccelerateConfiguration"));
  const std::string status = Fields(document).StringOr("Status", "");
  if (status != "Enabled" && status != "Suspended") return MalformedXml();
  if (bucket->name.find('.') != std::string::npos)
    return InvalidRequest("S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
  return StoreDocument(parts_, *bucket, kAccelerateDocument, status);
}

Result<Json> AccelerateOperations::GetBucketAccelerateConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Json* const status = bucket->Setting(kAccelerateDocument);
  if (status == nullptr) return Json::object();
  return Json{{"Status", *status}};
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
Result<void> CheckAccelerated(const Call& call, const Bucket& bucket) {
  if (call.headers == nullptr) return {};
  const auto host = call.headers->Find("host");
  if (!host || host->find(".s3-accelerate.") == std::string_view::npos) return {};
  const Json* const status = bucket.Setting(kAccelerateDocument);
  if (status == nullptr) return InvalidRequest("S3 Transfer Acceleration is not configured on this bucket");
  if (*status != "Enabled") return InvalidRequest("S3 Transfer Acceleration is disabled on this bucket");
  return {};
}

}  // namespace stratolite::s3
