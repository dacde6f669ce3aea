#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// SSE-C: keys that clients send with every request. They are in memory for as long as a request takes, and nowhere else: neither stored nor logged.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
namespace stratolite::s3 {

struct CustomerKey {
  /// Raw; 32 bytes once it was checked.
  std::string bytes;
  /// Base64 of its MD5: tells keys apart, and is shown in answers.
  std::string md5;
};

/// The key that a request encrypts with: members `SSECustomerAlgorithm`, `SSECustomerKey`, `SSECustomerKeyMD5`. nullopt: it has none of the three.
/// Errors: InvalidArgument, InvalidEncryptionAlgorithmError.
Result<std::optional<CustomerKey>> ReadCustomerKey(const Call& call);

/// The key that a request decrypts with; `prefix`: empty, or `CopySource`. A key of another length is merely a wrong one here, and its MD5 may be left out.
Result<std::optional<CustomerKey>> ReadKeyForReading(const Call& call, std::string_view prefix);

/// Whether a request may read, with or without a key, what is encrypted like this. Errors: InvalidRequest, AccessDenied (another key).
Result<void> CheckCustomerKey(const Encryption& encryption, const std::optional<CustomerKey>& key);
/// The same of a copy's source, where another key is an InvalidRequest.
Result<void> CheckSourceKey(const Encryption& encryption, const std::optional<CustomerKey>& key);
/// The same of parts on their way into an upload.
Result<void> CheckPartKey(const Encryption& encryption, const std::optional<CustomerKey>& key);

/// Refuses what would write with a customer's key into a bucket that blocks them, before anybody looks at the key. Errors: AccessDenied.
Result<void> CheckCustomerKeysAllowed(const Call& call, const Bucket& bucket);

}  // namespace stratolite::s3
