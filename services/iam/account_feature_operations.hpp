#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Switches of an account, and of an organization in its management account: outbound web identity federation, root access, properties, version of tokens.
/// `deps` must outlive it. Thread-safe. Blocks.
class AccountFeatureOperations {
 public:
  explicit AccountFeatureOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> EnableOutboundWebIdentityFederation(const Call& call);
  Result<Json> DisableOutboundWebIdentityFederation(const Call& call);
  Result<Json> GetOutboundWebIdentityFederationInfo(const Call& call);
  Result<Json> GetAccountProperties(const Call& call);
  Result<Json> PutAccountProperties(const Call& call);
  Result<Json> SetSecurityTokenServicePreferences(const Call& call);
  Result<Json> ListOrganizationsFeatures(const Call& call);
  Result<Json> EnableOrganizationsRootCredentialsManagement(const Call& call);
  Result<Json> DisableOrganizationsRootCredentialsManagement(const Call& call);
  Result<Json> EnableOrganizationsRootSessions(const Call& call);
  Result<Json> DisableOrganizationsRootSessions(const Call& call);

  /// The organization of which the caller's account is the management account. Errors: the model's.
  Result<std::string> FindManagedOrganization(const Call& call);
  Result<Json> SwitchFeature(const Call& call, std::string_view feature, bool on);

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
