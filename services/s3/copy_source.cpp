#include "s3/copy_source.hpp"

#include "s3/errors.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_writing.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kHeader = "x-amz-copy-source";
constexpr std::string_view kVersionParameter = "?versionId=";

AwsError InvalidSource(std::string message, const std::string& value) {
  return InvalidArgument(std::move(message), kHeader, value);
}

}  // namespace

Result<CopySource> ReadCopySource(const Call& call) {
  const std::string header = Fields(call.input).StringOr("CopySource", "");
  std::string_view rest = header;
  CopySource source;
  if (const auto version = rest.rfind(kVersionParameter); version != std::string_view::npos) {
    const auto version_id = PercentDecode(rest.substr(version + kVersionParameter.size()));
    if (!version_id) return InvalidSource("Invalid copy source encoding", header);
    RETURN_IF_ERROR(CheckVersionId(*version_id));
    source.version_id = *version_id;
    rest = rest.substr(0, version);
  }
  // The header is a query component to S3: a plus sign is a space, which is why SDKs encode it.
  const auto path = PercentDecode(rest, true);
  if (!path || !IsValidUtf8(*path)) return InvalidSource("Invalid copy source encoding", header);
  if (path->starts_with("arn:")) return HeaderNotImplemented(kHeader);
  const std::size_t begin = path->starts_with('/') ? 1 : 0;
  const auto slash = path->find('/', begin);
  if (slash == std::string::npos || slash + 1 == path->size()) {
    return InvalidSource("Invalid copy source object key", std::string(kHeader));
  }
  if (slash == begin) return InvalidSource("Invalid copy source bucket name", header);
  source.bucket = path->substr(begin, slash - begin);
  source.key = path->substr(slash + 1);
  return source;
}

Result<BucketPtr> FindSourceBucket(Parts& parts, const Call& call, const CopySource& source) {
  BucketPtr bucket = parts.buckets.Find(source.bucket);
  if (!bucket) return NoSuchBucket(source.bucket);
  if (const auto owner = Fields(call.input).OptionalString("ExpectedSourceBucketOwner");
      owner && *owner != bucket->account.str()) {
    return IsAccountId(*owner) ? AccessDenied() : InvalidBucketOwner(*owner);
  }
  return bucket;
}

Result<Object> FindSource(Parts& parts, storage::Reader& reader, const Bucket& bucket, const CopySource& source,
                          bool limit_size) {
  auto object = FindObject(parts, reader, bucket, source.key, source.version_id, "GET");
  if (!object.ok()) {
    if (object.error().code != "MethodNotAllowed") return std::move(object).error();
    return InvalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.");
  }
  if (object->storage_class == "GLACIER" || object->storage_class == "DEEP_ARCHIVE") {
    return InvalidSourceState(object->storage_class);
  }
  if (limit_size && object->size > kMaxPutBytes) {
    return InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: " +
                          std::to_string(kMaxPutBytes));
  }
  return object;
}

}  // namespace stratolite::s3
