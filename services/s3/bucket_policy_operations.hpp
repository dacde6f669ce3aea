#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// The policies of buckets. Thread-safe. Blocks.
class BucketPolicyOperations {
 public:
  explicit BucketPolicyOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketPolicy(const Call& call);
  Result<Json> GetBucketPolicy(const Call& call);
  Result<Json> GetBucketPolicyStatus(const Call& call);
  Result<Json> DeleteBucketPolicy(const Call& call);

  /// Errors: NoSuchBucketPolicy.
  Result<std::string> Load(const Bucket& bucket);

  Parts& parts_;
};

}  // namespace stratolite::s3
