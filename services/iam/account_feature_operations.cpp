#include "iam/account_feature_operations.hpp"

#include <set>
#include <string>

#include "iam/account_feature_store.hpp"
#include "iam/credential_errors.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/service_starter.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

using Store = AccountFeatureStore;

constexpr std::string_view kRootCredentials = "RootCredentialsManagement";
constexpr std::string_view kRootSessions = "RootSessions";

}  // namespace

void AccountFeatureOperations::Register(OperationTable& operations) {
  using Self = AccountFeatureOperations;
  operations.Add("EnableOutboundWebIdentityFederation", this, &Self::EnableOutboundWebIdentityFederation);
  operations.Add("DisableOutboundWebIdentityFederation", this, &Self::DisableOutboundWebIdentityFederation);
  operations.Add("GetOutboundWebIdentityFederationInfo", this, &Self::GetOutboundWebIdentityFederationInfo);
  operations.Add("GetAccountProperties", this, &Self::GetAccountProperties);
  operations.Add("PutAccountProperties", this, &Self::PutAccountProperties).partial_note =
      "which properties there are is not checked";
  operations.Add("SetSecurityTokenServicePreferences", this, &Self::SetSecurityTokenServicePreferences);
  operations.Add("ListOrganizationsFeatures", this, &Self::ListOrganizationsFeatures);
  operations.Add("EnableOrganizationsRootCredentialsManagement", this,
                 &Self::EnableOrganizationsRootCredentialsManagement);
  operations.Add("DisableOrganizationsRootCredentialsManagement", this,
                 &Self::DisableOrganizationsRootCredentialsManagement);
  operations.Add("EnableOrganizationsRootSessions", this, &Self::EnableOrganizationsRootSessions);
  operations.Add("DisableOrganizationsRootSessions", this, &Self::DisableOrganizationsRootSessions);
}

Result<Json> AccountFeatureOperations::EnableOutboundWebIdentityFederation(const Call& call) {
  const std::string id = deps_.random.Uuid();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    Json state = Store::Find(txn, call.scope.account, Store::kOutboundFederation).value_or(Json::object());
    if (state.value("enabled", false)) return FeatureEnabled();
    // The account's issuer stays what it was.
    if (!state.contains("issuer")) state["issuer"] = "https://" + id + ".tokens.sts.global.api.aws";
    state["enabled"] = true;
    Store::Put(txn, call.scope.account, Store::kOutboundFederation, state);
    return Json{{"IssuerIdentifier", state["issuer"]}};
  });
}

Result<Json> AccountFeatureOperations::DisableOutboundWebIdentityFederation(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    Json state = Store::Find(txn, call.scope.account, Store::kOutboundFederation).value_or(Json::object());
    if (!state.value("enabled", false)) return FeatureDisabled();
    state["enabled"] = false;
    Store::Put(txn, call.scope.account, Store::kOutboundFederation, state);
    return Json::object();
  });
}

Result<Json> AccountFeatureOperations::GetOutboundWebIdentityFederationInfo(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const auto state = Store::Find(reader, call.scope.account, Store::kOutboundFederation);
    if (!state || !state->value("enabled", false)) return FeatureDisabled();
    return Json{{"IssuerIdentifier", state->at("issuer")}, {"JwtVendingEnabled", true}};
  });
}

Result<Json> AccountFeatureOperations::GetAccountProperties(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    return Json{{"Properties", Store::Find(reader, call.scope.account, Store::kProperties).value_or(Json::object())}};
  });
}

Result<Json> AccountFeatureOperations::PutAccountProperties(const Call& call) {
  const Json& properties = Fields(call.input).Object("Properties");
  std::set<std::string> namespaces;
  for (const auto& [key, value] : properties.items()) {
    const std::size_t slash = key.find('/');
    if (slash == 0 || slash == std::string::npos || slash + 1 == key.size() ||
        key.find('/', slash + 1) != std::string::npos)
      return InvalidInput("Property keys must have the format Namespace/PropertyName.");
    namespaces.insert(key.substr(0, slash));
  }
  if (namespaces.size() != 1) return InvalidInput("All properties in a request must belong to the same namespace.");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    Json all = Store::Find(txn, call.scope.account, Store::kProperties).value_or(Json::object());
    all.update(properties);
    Store::Put(txn, call.scope.account, Store::kProperties, all);
    return Json::object();
  });
}

Result<Json> AccountFeatureOperations::SetSecurityTokenServicePreferences(const Call& call) {
  ASSIGN_OR_RETURN(const std::string version, Fields(call.input).String("GlobalEndpointTokenVersion"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    Store::Put(txn, call.scope.account, Store::kTokenVersion, version);
    return Json::object();
  });
}

Result<std::string> AccountFeatureOperations::FindManagedOrganization(const Call& call) {
  if (auto* const starter = deps_.ports.Find<ports::ServiceStarter>()) starter->Start("organizations");
  auto* const organizations = deps_.ports.Find<ports::OrganizationDirectory>();
  if (organizations == nullptr) return OrganizationNotFound();
  const auto membership = organizations->Find(call.scope.account);
  if (membership->organization_id.empty()) return OrganizationNotFound();
  if (!membership->is_management_account) return CallerIsNotManagementAccount();
  return membership->organization_id;
}

Result<Json> AccountFeatureOperations::SwitchFeature(const Call& call, std::string_view feature, bool on) {
  ASSIGN_OR_RETURN(const std::string organization, FindManagedOrganization(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const Json before = Store::Find(txn, call.scope.account, Store::kOrganizationFeatures).value_or(Json::array());
    auto features = before.get<std::set<std::string>>();
    if (on) {
      features.emplace(feature);
    } else {
      features.erase(std::string(feature));
    }
    Store::Put(txn, call.scope.account, Store::kOrganizationFeatures, features);
    return Json{{"OrganizationId", organization}, {"EnabledFeatures", features}};
  });
}

Result<Json> AccountFeatureOperations::ListOrganizationsFeatures(const Call& call) {
  ASSIGN_OR_RETURN(const std::string organization, FindManagedOrganization(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    return Json{{"OrganizationId", organization},
                {"EnabledFeatures",
                 Store::Find(reader, call.scope.account, Store::kOrganizationFeatures).value_or(Json::array())}};
  });
}

Result<Json> AccountFeatureOperations::EnableOrganizationsRootCredentialsManagement(const Call& call) {
  return SwitchFeature(call, kRootCredentials, true);
}
Result<Json> AccountFeatureOperations::DisableOrganizationsRootCredentialsManagement(const Call& call) {
  return SwitchFeature(call, kRootCredentials, false);
}
Result<Json> AccountFeatureOperations::EnableOrganizationsRootSessions(const Call& call) {
  return SwitchFeature(call, kRootSessions, true);
}
Result<Json> AccountFeatureOperations::DisableOrganizationsRootSessions(const Call& call) {
  return SwitchFeature(call, kRootSessions, false);
}

}  // namespace stratolite::iam
