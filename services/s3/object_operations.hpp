#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// PutObject, GetObject, HeadObject, and through `copy` and `delete` sources CopyObject, DeleteObject and DeleteObjects. Thread-safe. Blocks.
class ObjectOperations {
 public:
  explicit ObjectOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
