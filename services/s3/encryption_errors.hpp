#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Errors about encryption, each text once. Recorded from AWS where nothing else is said.
namespace stratolite::s3 {

/// 400 InvalidArgument whose ArgumentName is `x-amz-server-side-encryption`, whichever header field it is about; `value` null: left out.
AwsError InvalidEncryption(std::string message, const char* value = nullptr);
/// The object needs a customer's key, and the request has none.
AwsError CustomerKeyRequired();
/// The object needs none, and the request has one.
AwsError CustomerKeyNotApplicable();
/// 403: the key is another one.
AwsError WrongCustomerKey();
/// The key of a part, or of a copy's source, is another one.
AwsError OtherCustomerKey();
/// A part with a key for an upload without, or the reverse.
AwsError UploadNeedsItsKey();
/// 403: the bucket takes no uploads with customers' keys. https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
AwsError CustomerKeysBlocked(std::string_view caller, std::string_view operation, std::string_view bucket,
                             std::string_view key);
/// GET and HEAD with `x-amz-server-side-encryption`.
AwsError EncryptionHeaderOnRead(const std::string& value);
AwsError InvalidEncryptionContext(const std::string& value);

// KMS. Codes as S3 answers them, `KMS.NotFoundException` and its kin, all 400.
AwsError KmsNotFound(std::string message);
AwsError KmsDisabled(std::string_view arn);
AwsError KmsPendingDeletion(std::string_view arn);
AwsError KmsUnavailable(std::string_view arn);
/// Asymmetric keys and those for signing.
AwsError KmsInvalidUsage(std::string_view arn);
/// Objects under KMS are for signed requests only, signed with version 4.
AwsError KmsNeedsSignatureVersion4();

// UpdateObjectEncryption
/// 403: what Object Lock protects stays as it is.
AwsError EncryptionOfLockedObject();

}  // namespace stratolite::s3
