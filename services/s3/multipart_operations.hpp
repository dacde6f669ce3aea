#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// The seven operations of multipart uploads. Thread-safe. Blocks.
class MultipartOperations {
 public:
  explicit MultipartOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
