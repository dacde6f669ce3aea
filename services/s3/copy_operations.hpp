#pragma once

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// CopyObject: a copy refers to the blobs of its source, bytes are read only for digests that the source does not have. Thread-safe. Blocks.
class CopyOperations {
 public:
  explicit CopyOperations(Parts& parts) : parts_(parts) {}

  Result<Json> CopyObject(const Call& call);

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
