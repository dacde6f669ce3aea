#pragma once

#include "stratolite/service/service.hpp"
#include "sts/role_operations.hpp"
#include "sts/web_identity_issuer.hpp"

namespace stratolite::sts {

/// AssumeRoleWithWebIdentity and AssumeRoleWithSAML. Tokens are read and their times, audiences and attributes checked; only those that this
/// world issued are verified, since no identity provider is registered anywhere yet. Thread-safe. Blocks.
class FederationOperations {
 public:
  FederationOperations(const ServiceDeps& deps, RoleOperations& roles, WebIdentityIssuer& issuer)
      : deps_(deps), roles_(roles), issuer_(issuer) {}

  Result<Json> AssumeRoleWithWebIdentity(const Call& call);
  Result<Json> AssumeRoleWithSAML(const Call& call);

 private:
  Result<void> CheckWebIdentity(const JsonWebToken& token);

  ServiceDeps deps_;
  RoleOperations& roles_;
  WebIdentityIssuer& issuer_;
};

}  // namespace stratolite::sts
