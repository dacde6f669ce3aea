#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// What only directory buckets have: their list, sessions, renaming. Thread-safe. Blocks.
class DirectoryOperations {
 public:
  explicit DirectoryOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> ListDirectoryBuckets(const Call& call);
  Result<Json> CreateSession(const Call& call);
  Result<Json> RenameObject(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
