#pragma once

#include "s3/lifecycle_engine.hpp"
#include "s3/parts.hpp"

namespace stratolite::s3 {

/// PutBucketLifecycleConfiguration, GetBucketLifecycleConfiguration, DeleteBucketLifecycle. Thread-safe. Blocks.
class LifecycleOperations {
 public:
  explicit LifecycleOperations(Parts& parts) : parts_(parts), engine_(parts) {}
  void Register(OperationTable& operations);
  /// Forgets what memory holds (reset).
  void Clear() { engine_.Clear(); }

 private:
  Result<Json> PutBucketLifecycleConfiguration(const Call& call);
  Result<Json> GetBucketLifecycleConfiguration(const Call& call);
  Result<Json> DeleteBucketLifecycle(const Call& call);

  Parts& parts_;
  LifecycleEngine engine_;
};

}  // namespace stratolite::s3
