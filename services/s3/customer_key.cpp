#include "s3/customer_key.hpp"

#include <utility>

#include "s3/bucket_encryption.hpp"
#include "s3/encryption_errors.hpp"
#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kCustomerKeyBytes = 32;
constexpr std::string_view kCustomerAlgorithm = "AES256";

struct MemberNames {
  std::string_view algorithm;
  std::string_view key;
  std::string_view md5;
};
constexpr MemberNames kOwnNames = {"SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"};
constexpr MemberNames kSourceNames = {"CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey",
                                      "CopySourceSSECustomerKeyMD5"};

struct KeyMembers {
  KeyMembers(const Call& call, const MemberNames& names) {
    const Fields in(call.input);
    algorithm = in.OptionalString(names.algorithm);
    key = in.OptionalString(names.key);
    md5 = in.OptionalString(names.md5);
  }
  bool any() const { return algorithm || key || md5; }

  std::optional<std::string> algorithm;
  std::optional<std::string> key;
  std::optional<std::string> md5;
};

AwsError InvalidSecretKey() { return InvalidEncryption("The secret key was invalid for the specified algorithm."); }

/// Of whatever length.
Result<CustomerKey> ReadKey(const KeyMembers& members) {
  if (!members.algorithm) {
    return InvalidEncryption(
        "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption "
        "algorithm.");
  }
  if (*members.algorithm != kCustomerAlgorithm) return InvalidEncryptionAlgorithm(*members.algorithm);
  if (!members.key) {
    return InvalidEncryption(
        "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret "
        "key.");
  }
  auto bytes = Base64Decode(*members.key);
  if (!bytes) return InvalidSecretKey();
  CustomerKey key{.bytes = *std::move(bytes), .md5 = {}};
  key.md5 = Base64Encode(AsBytes(Md5(key.bytes)));
  if (members.md5 && *members.md5 != key.md5) {
    return InvalidEncryption("The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  return key;
}

Result<void> CheckKey(const Encryption& encryption, const std::optional<CustomerKey>& key, AwsError (*missing)(),
                      AwsError (*needless)(), AwsError (*other)()) {
  const bool needed = encryption.method == Encryption::Method::kCustomerKey;
  if (needed != key.has_value()) return needed ? missing() : needless();
  if (needed && (key->md5 != encryption.customer_key_md5 || key->bytes.size() != kCustomerKeyBytes)) return other();
  return {};
}

}  // namespace

Result<std::optional<CustomerKey>> ReadCustomerKey(const Call& call) {
  const KeyMembers members(call, kOwnNames);
  if (!members.any()) return std::optional<CustomerKey>();
  if (const auto other = Fields(call.input).OptionalString("ServerSideEncryption")) {
    return InvalidEncryption(
        "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
        other->c_str());
  }
  ASSIGN_OR_RETURN(CustomerKey key, ReadKey(members));
  if (!members.md5 || key.bytes.size() != kCustomerKeyBytes) return InvalidSecretKey();
  return std::optional(std::move(key));
}

Result<std::optional<CustomerKey>> ReadKeyForReading(const Call& call, std::string_view prefix) {
  const KeyMembers members(call, prefix.empty() ? kOwnNames : kSourceNames);
  if (!members.any()) return std::optional<CustomerKey>();
  ASSIGN_OR_RETURN(CustomerKey key, ReadKey(members));
  return std::optional(std::move(key));
}

Result<void> CheckCustomerKey(const Encryption& encryption, const std::optional<CustomerKey>& key) {
  return CheckKey(encryption, key, &CustomerKeyRequired, &CustomerKeyNotApplicable, &WrongCustomerKey);
}

Result<void> CheckSourceKey(const Encryption& encryption, const std::optional<CustomerKey>& key) {
  return CheckKey(encryption, key, &CustomerKeyRequired, &CustomerKeyNotApplicable, &OtherCustomerKey);
}

Result<void> CheckPartKey(const Encryption& encryption, const std::optional<CustomerKey>& key) {
  return CheckKey(encryption, key, &UploadNeedsItsKey, &UploadNeedsItsKey, &OtherCustomerKey);
}

Result<void> CheckCustomerKeysAllowed(const Call& call, const Bucket& bucket) {
  if (!KeyMembers(call, kOwnNames).any() || !BlocksCustomerKeys(bucket)) return {};
  return CustomerKeysBlocked(call.caller.arn, call.operation, bucket.name, Fields(call.input).StringOr("Key", ""));
}

}  // namespace stratolite::s3
