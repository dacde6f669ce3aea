#include "s3/object_encryption.hpp"

#include "s3/bucket_encryption.hpp"
#include "s3/customer_key.hpp"
#include "s3/encryption_errors.hpp"
#include "s3/kms_keys.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

using Method = Encryption::Method;

constexpr const char* kAes256 = "AES256";
constexpr std::size_t kMd5Length = sizeof(Md5Digest);

/// Base64 of JSON: an object of strings.
Result<std::string> ReadEncryptionContext(const Fields& in) {
  const std::string context = in.StringOr("SSEKMSEncryptionContext", "");
  if (context.empty()) return context;
  const auto text = Base64Decode(context);
  const Json json = text ? ParseJsonText(*text) : Json(Json::value_t::discarded);
  if (!json.is_object()) return InvalidEncryptionContext(context);
  for (const auto& [name, value] : json.items())
    if (!value.is_string()) return InvalidEncryptionContext(context);
  return context;
}

}  // namespace

Result<Encryption> ReadEncryption(Parts& parts, const Call& call, const Bucket& bucket) {
  const Fields in(call.input);
  Encryption encryption;
  RETURN_IF_ERROR(CheckCustomerKeysAllowed(call, bucket));
  ASSIGN_OR_RETURN(const auto customer_key, ReadCustomerKey(call));
  if (customer_key) {
    encryption.method = Method::kCustomerKey;
    encryption.customer_key_md5 = customer_key->md5;
    return encryption;
  }
  const DefaultEncryption fallback = DefaultEncryptionOf(bucket);
  const auto asked = in.OptionalString("ServerSideEncryption");
  encryption.method = fallback.method;
  if (asked) {
    if (*asked != kAes256 && *asked != EncryptionName(Method::kKms) && *asked != EncryptionName(Method::kDoubleKms))
      return InvalidEncryption("The encryption method specified is not supported", asked->c_str());
    encryption.method = *asked == kAes256                        ? Method::kS3
                        : *asked == EncryptionName(Method::kKms) ? Method::kKms
                                                                 : Method::kDoubleKms;
  }
  const auto key = in.OptionalString("SSEKMSKeyId");
  const bool asks_for_kms = asked && encryption.method != Method::kS3;
  const bool context_without_kms = in.Has("SSEKMSEncryptionContext") && encryption.method == Method::kS3;
  if ((key && !asks_for_kms) || context_without_kms) {
    return InvalidEncryption(
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        asked ? asked->c_str() : nullptr);
  }
  if (encryption.method == Method::kS3) return encryption;
  ASSIGN_OR_RETURN(encryption.kms_context, ReadEncryptionContext(in));
  // A request that names the method and no key is for the account's own key, whatever the bucket's is.
  const std::string name = asks_for_kms ? key.value_or("") : fallback.kms_key;
  ASSIGN_OR_RETURN(encryption.kms_key, FindKmsKey(parts, call, bucket, name));
  // Bucket keys are for one layer.
  if (encryption.method == Method::kKms) encryption.bucket_key = in.BoolOr("BucketKeyEnabled", fallback.bucket_key);
  return encryption;
}

Result<void> CheckNoEncryptionHeader(const Call& call) {
  if (call.headers == nullptr) return {};
  const auto value = call.headers->Find("x-amz-server-side-encryption");
  if (value) return EncryptionHeaderOnRead(std::string(*value));
  return {};
}

void AddEncryption(Json& output, const Encryption& encryption) {
  if (encryption.method == Method::kCustomerKey) {
    output["SSECustomerAlgorithm"] = kAes256;
    output["SSECustomerKeyMD5"] = encryption.customer_key_md5;
    return;
  }
  AddFinishedEncryption(output, encryption);
}

void AddFinishedEncryption(Json& output, const Encryption& encryption) {
  if (encryption.method == Method::kCustomerKey) return;
  output["ServerSideEncryption"] = EncryptionName(encryption.method);
  if (!encryption.kms_key.empty()) output["SSEKMSKeyId"] = encryption.kms_key;
  if (encryption.bucket_key) output["BucketKeyEnabled"] = true;
}

void AddEncryptionContext(Json& output, const Encryption& encryption) {
  if (!encryption.kms_context.empty()) output["SSEKMSEncryptionContext"] = encryption.kms_context;
}

std::string MakeEtag(Parts& parts, const Encryption& encryption, const std::string& raw_md5) {
  if (encryption.method == Method::kS3) return HexEncode(raw_md5);
  return HexEncode(parts.deps.random.Bytes(kMd5Length));
}

}  // namespace stratolite::s3
