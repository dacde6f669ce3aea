#include "s3/encryption_operations.hpp"

#include "s3/bucket_access.hpp"
#include "s3/bucket_documents.hpp"
#include "s3/bucket_encryption.hpp"
#include "s3/encryption_errors.hpp"
#include "s3/errors.hpp"
#include "s3/kms_keys.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

using Method = Encryption::Method;

/// Member `ObjectEncryption`: the encryption to be. Texts: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html, Errors.
Result<Encryption> ReadNewEncryption(Parts& parts, const Call& call, const Bucket& bucket) {
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "ObjectEncryption"));
  const Json* const kms = Fields(document).Find("SSEKMS");
  if (kms == nullptr) {
    return InvalidRequest(
        "Requests that modify an object encryption configuration require a valid new encryption type. Valid values are "
        "SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.");
  }
  const Fields in(*kms);
  const std::string name = in.StringOr("KMSKeyArn", "");
  if (name.empty()) {
    return InvalidRequest(
        "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name "
        "(ARN). Modify the request to specify a KMS key ARN, and then try again.");
  }
  const auto arn = Arn::Parse(name);
  if (!arn || arn->service != "kms" || !arn->resource.starts_with("key/")) {
    return InvalidRequest(
        "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name "
        "(ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again.");
  }
  if (arn->account != bucket.account.str()) {
    return MakeError("AccessDenied",
                     "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the "
                     "request to specify a KMS key from the same account, and then try again.",
                     403);
  }
  Encryption encryption;
  encryption.method = Method::kKms;
  encryption.bucket_key = in.BoolOr("BucketKeyEnabled", false);
  ASSIGN_OR_RETURN(encryption.kms_key, FindKmsKey(parts, call, bucket, name));
  return encryption;
}

Result<void> CheckUpdatable(const Object& object, TimePoint now) {
  const Method method = object.details.encryption.method;
  if (method == Method::kDoubleKms || method == Method::kCustomerKey) {
    return InvalidRequest(
        "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or "
        "SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.");
  }
  const auto& retention = object.details.retention;
  if (object.details.legal_hold || (retention && retention->until > now)) return EncryptionOfLockedObject();
  return {};
}

}  // namespace

void EncryptionOperations::Register(OperationTable& operations) {
  using Self = EncryptionOperations;
  operations.Add("PutBucketEncryption", this, &Self::PutBucketEncryption);
  operations.Add("GetBucketEncryption", this, &Self::GetBucketEncryption);
  operations.Add("DeleteBucketEncryption", this, &Self::DeleteBucketEncryption);
  operations.Add("UpdateObjectEncryption", this, &Self::UpdateObjectEncryption).partial_note =
      "to the AWS managed key as long as there is no KMS";
}

Result<Json> EncryptionOperations::PutBucketEncryption(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const Json document, ReadDocument(call, "ServerSideEncryptionConfiguration"));
  ASSIGN_OR_RETURN(const Json rule, ReadEncryptionRule(document, bucket->Setting(kEncryptionDocument)));
  return StoreDocument(parts_, *bucket, kEncryptionDocument, rule);
}

Result<Json> EncryptionOperations::GetBucketEncryption(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  Json rules = Json::array();
  rules.push_back(EncryptionRuleOf(*bucket));
  return Json{{"ServerSideEncryptionConfiguration", {{"Rules", std::move(rules)}}}};
}

Result<Json> EncryptionOperations::DeleteBucketEncryption(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return StoreDocument(parts_, *bucket, kEncryptionDocument, Json());
}

Result<Json> EncryptionOperations::UpdateObjectEncryption(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const auto version_id, ReadVersionId(call, *bucket));
  ASSIGN_OR_RETURN(const Encryption encryption, ReadNewEncryption(parts_, call, *bucket));
  const TimePoint now = parts_.deps.clock.Now();
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Object object, FindObject(parts_, txn, *bucket, key, version_id, "PUT"));
    RETURN_IF_ERROR(CheckUpdatable(object, now));
    // Everything else stays: ETag, date, checksum.
    object.details.encryption = encryption;
    parts_.objects.SetDetails(txn, object.id, object.details);
    return Json::object();
  });
}

}  // namespace stratolite::s3
