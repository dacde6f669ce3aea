#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// GetAccountAuthorizationDetails: everybody and everything that grants, with who has what. Thread-safe. Blocks.
class AuthorizationDetails {
 public:
  explicit AuthorizationDetails(const ServiceDeps& deps) : deps_(deps) {}

  void Register(OperationTable& operations);

 private:
  Result<Json> GetAccountAuthorizationDetails(const Call& call);

  const ServiceDeps deps_;
};

}  // namespace stratolite::iam
