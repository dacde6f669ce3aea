#include "s3/encryption_errors.hpp"

#include <fmt/format.h>

#include "s3/errors.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kEncryptionHeader = "x-amz-server-side-encryption";

}  // namespace

AwsError InvalidEncryption(std::string message, const char* value) {
  return InvalidArgument(std::move(message), kEncryptionHeader, value);
}

AwsError CustomerKeyRequired() {
  return InvalidRequest(
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
      "retrieve the object.");
}

AwsError CustomerKeyNotApplicable() {
  return InvalidRequest("The encryption parameters are not applicable to this object.");
}

AwsError WrongCustomerKey() {
  return MakeError(
      "AccessDenied",
      "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.",
      403);
}

AwsError OtherCustomerKey() {
  return InvalidRequest("The provided encryption parameters did not match the ones used originally.");
}

AwsError UploadNeedsItsKey() {
  return InvalidRequest(
      "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
      "encryption parameters.");
}

AwsError CustomerKeysBlocked(std::string_view caller, std::string_view operation, std::string_view bucket,
                             std::string_view key) {
  return MakeError("AccessDenied",
                   fmt::format("User: {} is not authorized to perform: s3:{} on resource: \"arn:aws:s3:::{}/{}\" "
                               "because this bucket has blocked upload requests that specify Server Side Encryption "
                               "with Customer provided keys (SSE-C). Please specify a different server-side "
                               "encryption type",
                               caller, operation, bucket, key),
                   403);
}

AwsError EncryptionHeaderOnRead(const std::string& value) {
  return InvalidArgument("x-amz-server-side-encryption header is not supported for this operation.", kEncryptionHeader,
                         value);
}

AwsError InvalidEncryptionContext(const std::string& value) {
  return InvalidArgument(
      "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which "
      "represents a string-string map",
      "x-amz-server-side-encryption-context", value);
}

AwsError KmsNotFound(std::string message) { return MakeError("KMS.NotFoundException", std::move(message), 400); }

AwsError KmsDisabled(std::string_view arn) {
  return MakeError("KMS.DisabledException", fmt::format("{} is disabled.", arn), 400);
}

AwsError KmsPendingDeletion(std::string_view arn) {
  return MakeError("KMS.KMSInvalidStateException", fmt::format("{} is pending deletion.", arn), 400);
}

AwsError KmsUnavailable(std::string_view arn) {
  return MakeError("KMS.KMSInvalidStateException", fmt::format("{} is unavailable.", arn), 400);
}

AwsError KmsInvalidUsage(std::string_view arn) {
  return MakeError("KMS.InvalidKeyUsageException", fmt::format("{} key usage is not valid for GenerateDataKey.", arn),
                   400);
}

AwsError KmsNeedsSignatureVersion4() {
  return InvalidArgument(
      "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
      "Authorization", "null");
}

AwsError EncryptionOfLockedObject() {
  return MakeError("AccessDenied",
                   "The encryption type for the specified object can't be updated because that object is protected by "
                   "S3 Object Lock.",
                   403);
}

}  // namespace stratolite::s3
