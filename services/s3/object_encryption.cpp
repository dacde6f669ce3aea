#include "s3/object_encryption.hpp"

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kCustomerKeyBytes = 32;
constexpr std::string_view kAes256 = "AES256";
constexpr std::string_view kEncryptionHeader = "x-amz-server-side-encryption";

}  // namespace

Result<void> RefuseCustomerKeys(const Call& call, std::string_view prefix) {
  const Fields in(call.input);
  const std::string start(prefix);
  const auto algorithm = in.OptionalString(start + "SSECustomerAlgorithm");
  const auto key = in.OptionalString(start + "SSECustomerKey");
  const auto md5 = in.OptionalString(start + "SSECustomerKeyMD5");
  if (!algorithm && !key && !md5) return {};
  const auto invalid = [](const char* message) { return InvalidArgument(message, kEncryptionHeader, nullptr); };
  if (const auto other = in.OptionalString("ServerSideEncryption"); other && prefix.empty()) {
    return InvalidArgument(
        "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
        kEncryptionHeader, *other);
  }
  if (!algorithm) {
    return invalid(
        "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption "
        "algorithm.");
  }
  if (!key) {
    return invalid(
        "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret "
        "key.");
  }
  if (*algorithm != kAes256) return InvalidEncryptionAlgorithm(*algorithm);
  const auto raw = Base64Decode(*key);
  if (!md5 || !raw || raw->size() != kCustomerKeyBytes)
    return invalid("The secret key was invalid for the specified algorithm.");
  if (*md5 != Base64Encode(AsBytes(Md5(*raw)))) {
    return invalid("The calculated MD5 hash of the key did not match the hash that was provided.");
  }
  return HeaderNotImplemented("x-amz-server-side-encryption-customer-algorithm");
}

Result<Encryption> ReadEncryption(const Call& call, const Bucket&) {
  RETURN_IF_ERROR(RefuseCustomerKeys(call, ""));
  const Fields in(call.input);
  const std::string encryption = in.StringOr("ServerSideEncryption", kAes256);
  if (encryption.starts_with("aws:")) return HeaderNotImplemented(kEncryptionHeader);
  if (encryption != kAes256) {
    return InvalidArgument("The encryption method specified is not supported", kEncryptionHeader, encryption);
  }
  if (in.Has("SSEKMSKeyId")) {
    return InvalidArgument(
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        kEncryptionHeader, in.Has("ServerSideEncryption") ? encryption.c_str() : nullptr);
  }
  if (in.Has("SSEKMSEncryptionContext")) return HeaderNotImplemented("x-amz-server-side-encryption-context");
  return Encryption{};
}

void AddEncryption(Json& output, const Encryption&) { output["ServerSideEncryption"] = kAes256; }

}  // namespace stratolite::s3
