#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// ListObjects, ListObjectsV2 and ListObjectVersions. Thread-safe. Blocks.
class ListingOperations {
 public:
  explicit ListingOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> ListObjects(const Call& call);
  Result<Json> ListObjectsV2(const Call& call);
  Result<Json> ListObjectVersions(const Call& call);

  Parts& parts_;
};

}  // namespace stratolite::s3
