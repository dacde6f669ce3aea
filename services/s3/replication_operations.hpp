#pragma once

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// The replication configuration of a bucket. Thread-safe. Blocks.
class ReplicationOperations {
 public:
  explicit ReplicationOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketReplication(const Call& call);
  Result<Json> GetBucketReplication(const Call& call);
  Result<Json> DeleteBucketReplication(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
