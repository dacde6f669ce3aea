#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// GetObjectAttributes and the tags of objects. Thread-safe. Blocks.
class AttributeOperations {
 public:
  explicit AttributeOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> GetObjectAttributes(const Call& call);
  Result<Json> PutObjectTagging(const Call& call);
  Result<Json> GetObjectTagging(const Call& call);
  Result<Json> DeleteObjectTagging(const Call& call);

  Result<Json> ReplaceTags(const Call& call, const std::map<std::string, std::string>& tags, std::string_view method,
                           std::string_view event);

  Parts& parts_;
};

}  // namespace stratolite::s3
