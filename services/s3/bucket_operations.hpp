#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Buckets: create, delete, head, list, location, versioning. Thread-safe. Blocks.
class BucketOperations {
 public:
  explicit BucketOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateBucket(const Call& call);
  Result<Json> DeleteBucket(const Call& call);
  Result<Json> HeadBucket(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
