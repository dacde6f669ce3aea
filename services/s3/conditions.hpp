#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/service/service.hpp"

/// Conditional requests: what is read before the object is known, and what it means once it is.
namespace stratolite::s3 {

/// Whether an If-Match or If-None-Match list names `etag` (without quotes): `*`, quoted, weak or bare ones.
bool MatchesEtag(std::string_view list, std::string_view etag);

/// Conditions of a write: PutObject, CopyObject, CompleteMultipartUpload.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
struct WriteConditions {
  std::optional<std::string> if_match = {};
  /// `If-None-Match: *`, the only value there is.
  bool if_absent = false;
};

/// Members `IfMatch`, `IfNoneMatch`. Errors: NotImplemented for values that S3 does not take here.
Result<WriteConditions> ReadWriteConditions(const Call& call);
/// Against the key's newest version, in the transaction that writes. Errors: PreconditionFailed; NoSuchKey when If-Match finds nothing.
Result<void> CheckWrite(Parts& parts, storage::Reader& reader, const Bucket& bucket, std::string_view key,
                        const WriteConditions& conditions);

/// Conditions on an object that exists: those of GET and HEAD, and those of a copy's source.
struct ReadConditions {
  std::optional<std::string> if_match = {};
  std::optional<std::string> if_none_match = {};
  std::optional<TimePoint> if_modified_since = {};
  std::optional<TimePoint> if_unmodified_since = {};
};

/// Members `<prefix>IfMatch` and so on; `prefix` is empty or `CopySource`.
ReadConditions ReadReadConditions(const Call& call, std::string_view prefix);
/// By the precedence of RFC 9110 section 13.2.2. Errors: PreconditionFailed, NotModified (with the fields that a 304 carries).
Result<void> CheckRead(const ReadConditions& conditions, const Object& object, TimePoint now);
/// As CheckRead, but a source that was not modified is PreconditionFailed too.
Result<void> CheckCopySource(const ReadConditions& conditions, const Object& source, TimePoint now);

}  // namespace stratolite::s3
