#include "s3/object_requests.hpp"

#include <algorithm>
#include <array>

#include "s3/errors.hpp"
#include "s3/metadata_words.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxUserMetadataBytes = 2048;
constexpr std::size_t kCustomerKeyBytes = 32;
constexpr std::string_view kAes256 = "AES256";
constexpr std::string_view kEncryptionHeader = "x-amz-server-side-encryption";

// Those of general purpose buckets; the model's others belong to Outposts, directory buckets and file systems.
constexpr std::array<std::string_view, 8> kStorageClasses = {"STANDARD",     "REDUCED_REDUNDANCY",  "STANDARD_IA",
                                                             "ONEZONE_IA",   "INTELLIGENT_TIERING", "GLACIER",
                                                             "DEEP_ARCHIVE", "GLACIER_IR"};
constexpr std::array<std::string_view, 7> kCannedAcls = {
    "private",       "public-read",       "public-read-write",        "authenticated-read",
    "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control"};

bool Contains(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `aws-chunked` is how the body came, not what it is.
std::string WithoutAwsChunked(std::string_view encodings) {
  std::string out;
  while (!encodings.empty()) {
    const auto comma = encodings.find(',');
    std::string_view each = encodings.substr(0, comma);
    encodings = comma == std::string_view::npos ? std::string_view() : encodings.substr(comma + 1);
    while (each.starts_with(' ')) each.remove_prefix(1);
    while (each.ends_with(' ')) each.remove_suffix(1);
    if (each.empty() || each == "aws-chunked") continue;
    if (!out.empty()) out += ',';
    out += each;
  }
  return out;
}

Result<void> RefuseEncryption(const Fields& in) {
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
  return {};
}

Result<void> RefuseLocks(const Fields& in) {
  constexpr std::string_view kMode = "x-amz-object-lock-mode";
  constexpr std::string_view kUntil = "x-amz-object-lock-retain-until-date";
  constexpr const char* kBoth = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
  const auto mode = in.OptionalString("ObjectLockMode");
  const bool until = in.Has("ObjectLockRetainUntilDate");
  if (mode && *mode != "GOVERNANCE" && *mode != "COMPLIANCE") {
    return InvalidArgument("Unknown wormMode directive.", kMode, *mode);
  }
  if (mode && !until) return InvalidArgument(kBoth, kUntil, nullptr);
  if (until && !mode) return InvalidArgument(kBoth, kMode, nullptr);
  // No bucket has a lock configuration here.
  if (mode || in.Has("ObjectLockLegalHoldStatus")) return InvalidRequest("Bucket is missing Object Lock Configuration");
  for (const char* hold :
       {"ObjectLockEventHold", "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears"}) {
    if (in.Has(hold)) return HeaderNotImplemented("x-amz-object-lock-event-hold");
  }
  return {};
}

// All buckets have BucketOwnerEnforced ownership. An ACL that changes nothing is let through: old clients send `private` with every object.
Result<void> RefuseAcl(const Fields& in) {
  const std::string acl = in.StringOr("ACL", "private");
  if (!Contains(kCannedAcls, acl)) return InvalidArgument("", "x-amz-acl", acl);
  if (acl != "private" && acl != "bucket-owner-full-control") return AccessControlListNotSupported();
  for (const char* grant : {"GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"}) {
    if (in.Has(grant)) return AccessControlListNotSupported();
  }
  return {};
}

}  // namespace

Result<std::string> ReadKey(const Call& call) {
  std::string key = Fields(call.input).StringOr("Key", "");
  if (key.size() > kMaxKeyBytes) return KeyTooLong(key.size(), kMaxKeyBytes);
  return key;
}

Result<Metadata> ReadMetadata(const Call& call) {
  const Fields in(call.input);
  Metadata metadata;
  for (const char* member : {"CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType",
                             "Expires", "WebsiteRedirectLocation"}) {
    auto value = in.OptionalString(member);
    if (value && std::string_view(member) == "ContentEncoding") value = WithoutAwsChunked(*value);
    if (value && !value->empty()) metadata.system.emplace(member, *std::move(value));
  }
  if (const auto redirect = metadata.system.find("WebsiteRedirectLocation");
      redirect != metadata.system.end() && !redirect->second.starts_with('/') &&
      !redirect->second.starts_with("http://") && !redirect->second.starts_with("https://")) {
    return InvalidRedirectLocation();
  }
  std::size_t size = 0;
  for (const auto& [name, value] : in.Object("Metadata").items()) {
    std::string text = DecodeWords(value.get_ref<const std::string&>());
    size += name.size() + text.size();
    metadata.user.emplace(name, std::move(text));
  }
  if (size > kMaxUserMetadataBytes) return MetadataTooLarge(size, kMaxUserMetadataBytes);
  return metadata;
}

Result<std::string> ReadStorageClass(const Call& call) {
  std::string storage_class = Fields(call.input).StringOr("StorageClass", "STANDARD");
  if (!Contains(kStorageClasses, storage_class)) return InvalidStorageClass(storage_class);
  return storage_class;
}

Result<TagMap> ReadTagging(const Call& call) {
  const auto header = Fields(call.input).OptionalString("Tagging");
  return header ? ParseTaggingHeader(*header) : Result<TagMap>(TagMap());
}

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

Result<void> RefuseUnsupported(const Call& call) {
  const Fields in(call.input);
  RETURN_IF_ERROR(RefuseCustomerKeys(call, ""));
  RETURN_IF_ERROR(RefuseEncryption(in));
  RETURN_IF_ERROR(RefuseLocks(in));
  RETURN_IF_ERROR(RefuseAcl(in));
  if (in.Has("WriteOffsetBytes")) return HeaderNotImplemented("x-amz-write-offset-bytes");
  return {};
}

}  // namespace stratolite::s3
