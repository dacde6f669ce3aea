#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::s3control {

/// An account's block of public access; S3 lets the stricter of account and bucket win. Thread-safe. Blocks.
class AccountBlockOperations {
 public:
  explicit AccountBlockOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutPublicAccessBlock(const Call& call);
  Result<Json> GetPublicAccessBlock(const Call& call);
  Result<Json> DeletePublicAccessBlock(const Call& call);

  const ServiceDeps deps_;
};

/// All four members; those that `given` leaves out are `otherwise`.
Json CompleteBlock(const Json& given, bool otherwise);

}  // namespace stratolite::s3control
