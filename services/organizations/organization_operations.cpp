#include "organizations/organization_operations.hpp"

#include <algorithm>

#include "organizations/errors.hpp"
#include "organizations/request_store.hpp"
#include "organizations/standing.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::organizations {
namespace {

constexpr std::int64_t kEverything = 1'000'000;

bool IsBuilt(std::string_view type) { return FullAccessPolicyOf(type).has_value(); }

}  // namespace

Result<Json> OrganizationOperations::CreateOrganization(const Call& call) {
  Organization organization;
  organization.id = MakeId(deps_.random, "o-", 10);
  organization.root_id = MakeId(deps_.random, "r-", 4);
  organization.management = call.scope.account;
  organization.feature_set = Fields(call.input).StringOr("FeatureSet", "ALL");
  // On AWS it is the account's own, which nobody here ever said.
  organization.email = "management-" + call.scope.account.str() + "@example.com";
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (TreeStore::FindAccount(txn, call.scope.account)) return AlreadyInOrganization();
    tree_.Insert(txn, organization);
    Account account;
    account.id = organization.management;
    account.organization = organization.id;
    account.parent = organization.root_id;
    account.name = "management";
    account.email = organization.email;
    account.joined_method = "INVITED";
    account.joined_at = deps_.clock.Now();
    tree_.Insert(txn, account);
    return Json{{"Organization", View(organization)}};
  });
}

Result<Json> OrganizationOperations::DescribeOrganization(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Standing standing, FindStanding(reader, call));
    return Json{{"Organization", View(standing.organization)}};
  });
}

Result<Json> OrganizationOperations::DeleteOrganization(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    if (TreeStore::ListAccounts(txn, organization.id, "", "", 2).size() > 1 ||
        !TreeStore::ListUnits(txn, organization.id, organization.root_id, "", 1).empty() ||
        PolicyStore::HasOwn(txn, organization.id))
      return OrganizationNotEmpty();
    tree_.Delete(txn, organization);
    return Json::object();
  });
}

Result<Json> OrganizationOperations::ListRoots(const Call& call) {
  RETURN_IF_ERROR(ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    return Json{{"Roots", {RootView(organization)}}};
  });
}

Result<Json> OrganizationOperations::EnablePolicyType(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string root, in.String("RootId"));
  ASSIGN_OR_RETURN(const std::string type, in.String("PolicyType"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Organization organization, RequireManagement(txn, call));
    if (root != organization.root_id) return RootNotFound();
    if (!IsBuilt(type)) return PolicyTypeNotBuilt(type);
    if (organization.feature_set != "ALL") return PolicyTypeNotAvailable();
    if (organization.Enables(type)) return PolicyTypeAlreadyEnabled();
    organization.policy_types.push_back(type);
    tree_.Update(txn, organization);
    // AWS attaches its own policy everywhere, so that nothing is forbidden by the mere switch.
    const Policy full = *FullAccessPolicyOf(type);
    policies_.Attach(txn, organization.id, organization.root_id, full);
    for (const Account& account : TreeStore::ListAccounts(txn, organization.id, "", "", kEverything))
      policies_.Attach(txn, organization.id, account.id.str(), full);
    std::vector<std::string> parents{organization.root_id};
    while (!parents.empty()) {
      const std::string parent = parents.back();
      parents.pop_back();
      for (const Unit& unit : TreeStore::ListUnits(txn, organization.id, parent, "", kEverything)) {
        policies_.Attach(txn, organization.id, unit.id, full);
        parents.push_back(unit.id);
      }
    }
    return Json{{"Root", RootView(organization)}};
  });
}

Result<Json> OrganizationOperations::DisablePolicyType(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string root, in.String("RootId"));
  ASSIGN_OR_RETURN(const std::string type, in.String("PolicyType"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Organization organization, RequireManagement(txn, call));
    if (root != organization.root_id) return RootNotFound();
    if (!organization.Enables(type)) return PolicyTypeNotEnabled();
    std::erase(organization.policy_types, type);
    tree_.Update(txn, organization);
    policies_.DetachAll(txn, organization.id, type);
    return Json{{"Root", RootView(organization)}};
  });
}

Result<Json> OrganizationOperations::EnableAWSServiceAccess(const Call& call) {
  ASSIGN_OR_RETURN(const std::string principal, Fields(call.input).String("ServicePrincipal"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    if (organization.feature_set != "ALL") {
      return ConstraintViolation("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
                                 "You can't enable trusted access for an organization without all features.");
    }
    RequestStore::EnableService(txn, organization.id, principal, deps_.clock.Now());
    return Json::object();
  });
}

Result<Json> OrganizationOperations::DisableAWSServiceAccess(const Call& call) {
  ASSIGN_OR_RETURN(const std::string principal, Fields(call.input).String("ServicePrincipal"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    RequestStore::DisableService(txn, organization.id, principal);
    return Json::object();
  });
}

Result<Json> OrganizationOperations::ListAWSServiceAccessForOrganization(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    return WritePage(
        page, "EnabledServicePrincipals", RequestStore::ListServices(reader, organization.id),
        [](const auto& service) { return service.first; },
        [](const auto& service) {
          return Json{{"ServicePrincipal", service.first}, {"DateEnabled", ToJson(service.second)}};
        });
  });
}

}  // namespace stratolite::organizations
