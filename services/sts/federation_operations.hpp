#pragma once

#include <memory>

#include "stratolite/service/service.hpp"
#include "sts/issuer_keys.hpp"
#include "sts/role_operations.hpp"
#include "sts/saml_response.hpp"
#include "sts/web_identity_issuer.hpp"

namespace stratolite::sts {

/// AssumeRoleWithWebIdentity and AssumeRoleWithSAML. Tokens are read, their times, audiences and attributes checked, and their signatures verified with
/// what the account registered of their provider. Without a registered provider they are believed, unless policies are enforced. Thread-safe. Blocks.
class FederationOperations {
 public:
  FederationOperations(const ServiceDeps& deps, RoleOperations& roles, WebIdentityIssuer& issuer)
      : deps_(deps), roles_(roles), issuer_(issuer), keys_(deps) {}

  /// May wait for the issuer's keys.
  void AssumeRoleWithWebIdentity(std::shared_ptr<const Call> call, Completion done);
  Result<Json> AssumeRoleWithSAML(const Call& call);
  /// Forgets issuers' keys.
  void Clear() { keys_.Clear(); }

 private:
  struct WebIdentity {
    RoleArn role;
    JsonWebToken token;
    RoleOperations::Federation federation;
    /// With its issuer's keys.
    bool must_be_verified = false;
  };

  Result<WebIdentity> ReadWebIdentity(const Call& call);
  Result<void> CheckClaims(const JsonWebToken& token) const;
  Result<void> FindProvider(WebIdentity& identity);
  Result<SamlResponse> ReadSaml(const std::string& assertion, const Arn& provider_arn);
  Result<Json> Assume(const Call& call, const WebIdentity& identity);
  /// For threads on which nobody else turns the store's exceptions into answers.
  Result<Json> AssumeOrFail(const Call& call, const WebIdentity& identity);

  ServiceDeps deps_;
  RoleOperations& roles_;
  WebIdentityIssuer& issuer_;
  IssuerKeys keys_;
};

}  // namespace stratolite::sts
