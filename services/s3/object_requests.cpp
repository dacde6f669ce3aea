#include "s3/object_requests.hpp"

#include <algorithm>
#include <array>

#include "s3/directory_buckets.hpp"
#include "s3/errors.hpp"
#include "s3/metadata_words.hpp"
#include "s3/object_acl.hpp"
#include "s3/object_encryption.hpp"
#include "s3/object_lock.hpp"
#include "s3/storage_class.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxUserMetadataBytes = 2048;

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
  const bool directory = IsDirectoryBucketName(Fields(call.input).StringOr("Bucket", ""));
  std::string storage_class =
      Fields(call.input).StringOr("StorageClass", directory ? kExpressStorageClass : std::string_view("STANDARD"));
  if (directory && storage_class == kExpressStorageClass) return storage_class;
  if (directory) return InvalidStorageClass(storage_class);
  if (!IsStorageClass(storage_class)) return InvalidStorageClass(storage_class);
  return storage_class;
}

Result<TagMap> ReadTagging(const Call& call) {
  const auto header = Fields(call.input).OptionalString("Tagging");
  return header ? ParseTaggingHeader(*header) : Result<TagMap>(TagMap());
}

Result<ObjectDetails> ReadDetails(Parts& parts, const Call& call, const Bucket& bucket) {
  ObjectDetails details;
  ASSIGN_OR_RETURN(details.encryption, ReadEncryption(parts, call, bucket));
  RETURN_IF_ERROR(ReadObjectLock(call, bucket, parts.deps.clock.Now(), details));
  RETURN_IF_ERROR(ReadObjectAcl(parts, call, bucket, details));
  return details;
}

}  // namespace stratolite::s3
