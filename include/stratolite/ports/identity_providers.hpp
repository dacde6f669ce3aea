#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::ports {

/// Whose tokens an account accepts: IAM's to offer, STS's to ask. Thread-safe. Blocks; not from within a transaction.
class IdentityProviders {
 public:
  struct OpenIdProvider {
    std::string arn;
    /// Without `https://`, as condition keys begin with it.
    std::string url;
    /// Audiences that are accepted.
    std::vector<std::string> client_ids;
    /// SHA-1 of the certificates of the provider's server, in hexadecimal.
    std::vector<std::string> thumbprints;
  };
  struct SamlProvider {
    std::string arn;
    /// As it was registered, for whatever else it says.
    std::string metadata;
    std::string entity_id;
    /// Those that sign, DER.
    std::vector<std::string> signing_certificates;
    /// Where the metadata has an end.
    std::optional<TimePoint> valid_until;
  };

  virtual ~IdentityProviders() = default;
  /// `issuer`: what a token's `iss` says, with or without `https://`; a slash at its end does not matter. nullopt: the account has no such provider.
  virtual std::optional<OpenIdProvider> FindOpenIdProvider(const AccountId& account, std::string_view issuer) = 0;
  /// By its ARN, `arn:aws:iam::123456789012:saml-provider/Name`.
  virtual std::optional<SamlProvider> FindSamlProvider(const Arn& arn) = 0;
  /// What EnableOutboundWebIdentityFederation gave the account, `https://<uuid>.tokens.sts.global.api.aws`; nullopt: it is not enabled, and GetWebIdentityToken
  /// says OutboundWebIdentityFederationDisabled.
  virtual std::optional<std::string> FindOutboundIssuer(const AccountId& account) = 0;
  /// Whether EnableOrganizationsRootSessions was called in the organization's management account, so that AssumeRoot works.
  virtual bool RootSessionsEnabled(const AccountId& management_account) = 0;
};

}  // namespace stratolite::ports
