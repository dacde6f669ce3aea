#pragma once

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// Where a bucket's access log goes. Thread-safe. Blocks.
class LoggingOperations {
 public:
  explicit LoggingOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketLogging(const Call& call);
  Result<Json> GetBucketLogging(const Call& call);
  Result<void> CheckTarget(const Bucket& source, const Json& enabled);

  Parts& parts_;
};

}  // namespace stratolite::s3
