#pragma once

#include "s3/parts.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite::s3 {

/// Kind of s3_bucket_document: `Enabled` or `Disabled`.
inline constexpr std::string_view kAbacDocument = "abac";

/// Whether a bucket's tags are condition keys. https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
/// Thread-safe. Blocks.
class AbacOperations {
 public:
  explicit AbacOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketAbac(const Call& call);
  Result<Json> GetBucketAbac(const Call& call);

  Parts& parts_;
};

bool TagsDecideAccess(const Bucket& bucket);
/// What PutBucketTagging and DeleteBucketTagging answer then: tags change by TagResource and UntagResource only.
AwsError TagsNeedTagResource();
/// `aws:ResourceTag/…` and `s3:BucketTag/…` where the bucket wants them.
void AddBucketTags(const Bucket& bucket, ResourceFacts& facts);

}  // namespace stratolite::s3
