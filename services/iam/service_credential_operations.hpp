#pragma once

#include "iam/credential_owner.hpp"
#include "iam/user_credential_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Names and passwords, or API keys, that a user has for one service. Passwords are shown once and only their hashes kept; no service here takes them. `details` of
/// the credential: `{"service", "user_name" or "alias", "secret" (hash), "expires"}`. `deps` must outlive it. Thread-safe. Blocks.
class ServiceCredentialOperations {
 public:
  explicit ServiceCredentialOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateServiceSpecificCredential(const Call& call);
  Result<Json> ListServiceSpecificCredentials(const Call& call);
  Result<Json> UpdateServiceSpecificCredential(const Call& call);
  Result<Json> ResetServiceSpecificCredential(const Call& call);
  Result<Json> DeleteServiceSpecificCredential(const Call& call);

  /// A new secret: its hash into the credential, and itself into the view.
  void Renew(UserCredential& credential, Json& view);
  Json View(const std::string& user_name, const UserCredential& credential) const;

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
