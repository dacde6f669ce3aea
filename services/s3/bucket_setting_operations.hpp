#pragma once

#include <string_view>

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Kinds of s3_bucket_document that CreateBucket sets, too.
inline constexpr std::string_view kTaggingDocument = "tagging";

/// What can be set on a bucket in a few lines: versioning, tags, the block of public access. Thread-safe. Blocks.
class BucketSettingOperations {
 public:
  explicit BucketSettingOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketVersioning(const Call& call);
  Result<Json> GetBucketVersioning(const Call& call);
  Result<Json> PutBucketTagging(const Call& call);
  Result<Json> GetBucketTagging(const Call& call);
  Result<Json> DeleteBucketTagging(const Call& call);
  Result<Json> PutPublicAccessBlock(const Call& call);
  Result<Json> GetPublicAccessBlock(const Call& call);
  Result<Json> DeletePublicAccessBlock(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
