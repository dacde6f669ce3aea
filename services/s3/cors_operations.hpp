#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// PutBucketCors, GetBucketCors, DeleteBucketCors. What they say is done by CorsPreflight and S3HttpSurface. Thread-safe. Blocks.
class CorsOperations {
 public:
  explicit CorsOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketCors(const Call& call);
  Result<Json> GetBucketCors(const Call& call);
  Result<Json> DeleteBucketCors(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
