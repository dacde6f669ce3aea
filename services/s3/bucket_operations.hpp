#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Buckets: create, delete, head, list, location. What can be set on one is in bucket_setting_operations. Thread-safe. Blocks.
class BucketOperations {
 public:
  explicit BucketOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateBucket(const Call& call);
  Result<Json> DeleteBucket(const Call& call);
  Result<Json> HeadBucket(const Call& call);
  Result<Json> ListBuckets(const Call& call);
  Result<Json> GetBucketLocation(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
