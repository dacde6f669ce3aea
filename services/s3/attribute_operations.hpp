#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// GetObjectAttributes and the tags of objects. Thread-safe. Blocks.
class AttributeOperations {
 public:
  explicit AttributeOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
