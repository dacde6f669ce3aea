#pragma once

#include <optional>
#include <string>

#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// What `x-amz-copy-source` names: `[/]bucket/key[?versionId=id]`, bucket and key percent-encoded.
struct CopySource {
  std::string bucket;
  std::string key;
  std::optional<std::string> version_id;
};

/// Member `CopySource` of CopyObject and UploadPartCopy. Errors: InvalidArgument; NotImplemented for the ARN of an access point.
Result<CopySource> ReadCopySource(const Call& call);
/// With the check of `ExpectedSourceBucketOwner`. Errors: NoSuchBucket, AccessDenied. Not from within a transaction.
Result<BucketPtr> FindSourceBucket(Parts& parts, const Call& call, const CopySource& source);
/// The object itself. Errors: NoSuchKey, NoSuchVersion; InvalidRequest for a delete marker named by version, and for more than `kMaxPutBytes` when
/// `limit_size`; InvalidObjectState for what is in an archive.
Result<Object> FindSource(Parts& parts, storage::Reader& reader, const Bucket& bucket, const CopySource& source,
                          bool limit_size);

}  // namespace stratolite::s3
