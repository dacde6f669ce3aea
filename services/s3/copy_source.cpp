#include "s3/copy_source.hpp"

#include "s3/access_point_requests.hpp"
#include "s3/errors.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_writing.hpp"
#include "s3/request_payment.hpp"
#include "s3/restoration.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kHeader = "x-amz-copy-source";
constexpr std::string_view kVersionParameter = "?versionId=";
/// In the ARN of an object behind an access point.
constexpr std::string_view kObjectMark = "/object/";

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
  if (path->starts_with("arn:")) {
    const auto object = path->find(kObjectMark);
    if (object == std::string::npos || path->find(":accesspoint/") > object) return HeaderNotImplemented(kHeader);
    source.bucket = path->substr(0, object);
    source.key = path->substr(object + kObjectMark.size());
    if (source.key.empty()) return InvalidSource("Invalid copy source object key", std::string(kHeader));
    return source;
  }
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
  ASSIGN_OR_RETURN(BucketPtr bucket, FindNamedBucket(parts, call, source.bucket));
  if (const auto owner = Fields(call.input).OptionalString("ExpectedSourceBucketOwner");
      owner && *owner != bucket->account.str()) {
    return IsAccountId(*owner) ? AccessDenied() : InvalidBucketOwner(*owner);
  }
  RETURN_IF_ERROR(CheckPayer(call, *bucket));
  return bucket;
}

Result<Object> FindSource(Parts& parts, storage::Reader& reader, const Bucket& bucket, const CopySource& source,
                          bool limit_size) {
  auto object = FindObject(parts, reader, bucket, source.key, source.version_id, "GET");
  if (!object.ok()) {
    if (object.error().code != "MethodNotAllowed") return std::move(object).error();
    return InvalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.");
  }
  if (!IsReadable(*object, parts.deps.clock.Now())) return InvalidSourceState(object->storage_class);
  if (limit_size && object->size > kMaxPutBytes) {
    return InvalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: " +
                          std::to_string(kMaxPutBytes));
  }
  return object;
}

}  // namespace stratolite::s3
