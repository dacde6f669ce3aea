#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Kind of s3_bucket_document: `Enabled` or `Suspended`.
inline constexpr std::string_view kAccelerateDocument = "accelerate";

/// Transfer acceleration: requests to the accelerate endpoint are served for buckets that have it, no faster. Thread-safe. Blocks.
class AccelerateOperations {
 public:
  explicit AccelerateOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketAccelerateConfiguration(const Call& call);
  Result<Json> GetBucketAccelerateConfiguration(const Call& call);

  Parts& parts_;
};

/// Of a call by the accelerate endpoint (`<bucket>.s3-accelerate.…`). Errors: InvalidRequest where the bucket has no acceleration.
Result<void> CheckAccelerated(const Call& call, const Bucket& bucket);

}  // namespace stratolite::s3
