#pragma once

#include "iam/user_credential_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Passwords of users. Only salted hashes are kept; there is no console to sign in to. `deps` must outlive it. Thread-safe. Blocks.
class LoginOperations {
 public:
  explicit LoginOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateLoginProfile(const Call& call);
  Result<Json> GetLoginProfile(const Call& call);
  Result<Json> UpdateLoginProfile(const Call& call);
  Result<Json> DeleteLoginProfile(const Call& call);
  Result<Json> ChangePassword(const Call& call);

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
