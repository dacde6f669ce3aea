#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// ListObjects, ListObjectsV2 and ListObjectVersions. Thread-safe. Blocks.
class ListingOperations {
 public:
  explicit ListingOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
