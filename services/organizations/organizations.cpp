#include "organizations/organizations.hpp"

#include "organizations/access_guide.hpp"
#include "organizations/account_operations.hpp"
#include "organizations/directory.hpp"
#include "organizations/handshake_operations.hpp"
#include "organizations/organization_operations.hpp"
#include "organizations/policy_operations.hpp"
#include "organizations/schema.hpp"
#include "organizations/standing.hpp"
#include "organizations/tag_operations.hpp"
#include "organizations/unit_operations.hpp"
#include "stratolite/ports/registry.hpp"

namespace stratolite::organizations {
namespace {

const ServiceDeps& Migrated(const ServiceDeps& deps) {
  deps.db.Migrate({"organizations", kSchemaSteps});
  return deps;
}

/// Adds operations whose input is checked first.
template <typename Operations>
struct Adder {
  OperationTable& table;
  Operations* self;

  OperationTable::Entry& Add(std::string_view name, Result<Json> (Operations::*method)(const Call&)) const {
    const OperationTable::Handler handler = [self = self, method](const Call& call) -> Result<Json> {
      RETURN_IF_ERROR(CheckInput(call));
      return (self->*method)(call);
    };
    return table.Add(name, handler);
  }
};

class OrganizationsService final : public Service {
 public:
  explicit OrganizationsService(const ServiceDeps& deps)
      : organization_(Migrated(deps), changes_),
        units_(deps, changes_),
        accounts_(deps, changes_),
        policies_(deps, changes_),
        handshakes_(deps, changes_),
        tags_(deps, changes_),
        directory_(deps.db, changes_),
        access_guide_(deps.db) {
    deps.ports.Offer<ports::OrganizationDirectory>(&directory_);
  }

  void Register(OperationTable& operations) override {
    RegisterTree(operations);
    RegisterPolicies(operations);
    const Adder<HandshakeOperations> handshakes{operations, &handshakes_};
    handshakes.Add("InviteAccountToOrganization", &HandshakeOperations::InviteAccountToOrganization).partial_note =
        "accounts are invited by their number, not by an address";
    handshakes.Add("AcceptHandshake", &HandshakeOperations::AcceptHandshake);
    handshakes.Add("DeclineHandshake", &HandshakeOperations::DeclineHandshake);
    handshakes.Add("CancelHandshake", &HandshakeOperations::CancelHandshake);
    handshakes.Add("DescribeHandshake", &HandshakeOperations::DescribeHandshake);
    handshakes.Add("ListHandshakesForAccount", &HandshakeOperations::ListHandshakesForAccount).partial_note =
        "`Filter` is ignored: there are invitations only";
    handshakes.Add("ListHandshakesForOrganization", &HandshakeOperations::ListHandshakesForOrganization).partial_note =
        "`Filter` is ignored: there are invitations only";
    handshakes.Add("LeaveOrganization", &HandshakeOperations::LeaveOrganization);
    const Adder<TagOperations> tags{operations, &tags_};
    tags.Add("TagResource", &TagOperations::TagResource);
    tags.Add("UntagResource", &TagOperations::UntagResource);
    tags.Add("ListTagsForResource", &TagOperations::ListTagsForResource);
  }

  void OnReset() override { changes_.Touch(); }

  AccessGuide* access_guide() override { return &access_guide_; }

 private:
  void RegisterTree(OperationTable& operations) {
    using Organizations = OrganizationOperations;
    const Adder<Organizations> organization{operations, &organization_};
    organization.Add("CreateOrganization", &Organizations::CreateOrganization);
    organization.Add("DescribeOrganization", &Organizations::DescribeOrganization);
    organization.Add("DeleteOrganization", &Organizations::DeleteOrganization);
    organization.Add("ListRoots", &Organizations::ListRoots);
    organization.Add("EnableAWSServiceAccess", &Organizations::EnableAWSServiceAccess);
    organization.Add("DisableAWSServiceAccess", &Organizations::DisableAWSServiceAccess);
    organization.Add("ListAWSServiceAccessForOrganization", &Organizations::ListAWSServiceAccessForOrganization);
    const Adder<UnitOperations> units{operations, &units_};
    units.Add("CreateOrganizationalUnit", &UnitOperations::CreateOrganizationalUnit);
    units.Add("DescribeOrganizationalUnit", &UnitOperations::DescribeOrganizationalUnit);
    units.Add("UpdateOrganizationalUnit", &UnitOperations::UpdateOrganizationalUnit);
    units.Add("DeleteOrganizationalUnit", &UnitOperations::DeleteOrganizationalUnit);
    units.Add("ListOrganizationalUnitsForParent", &UnitOperations::ListOrganizationalUnitsForParent);
    units.Add("ListChildren", &UnitOperations::ListChildren);
    units.Add("ListParents", &UnitOperations::ListParents);
    const Adder<AccountOperations> accounts{operations, &accounts_};
    accounts.Add("CreateAccount", &AccountOperations::CreateAccount);
    accounts.Add("DescribeCreateAccountStatus", &AccountOperations::DescribeCreateAccountStatus);
    accounts.Add("ListCreateAccountStatus", &AccountOperations::ListCreateAccountStatus);
    accounts.Add("DescribeAccount", &AccountOperations::DescribeAccount);
    accounts.Add("ListAccounts", &AccountOperations::ListAccounts);
    accounts.Add("ListAccountsForParent", &AccountOperations::ListAccountsForParent);
    accounts.Add("MoveAccount", &AccountOperations::MoveAccount);
    accounts.Add("RemoveAccountFromOrganization", &AccountOperations::RemoveAccountFromOrganization);
    accounts.Add("CloseAccount", &AccountOperations::CloseAccount);
  }

  void RegisterPolicies(OperationTable& operations) {
    constexpr const char* kTwoTypes = "service control and resource control policies";
    const Adder<OrganizationOperations> organization{operations, &organization_};
    organization.Add("EnablePolicyType", &OrganizationOperations::EnablePolicyType).partial_note = kTwoTypes;
    organization.Add("DisablePolicyType", &OrganizationOperations::DisablePolicyType).partial_note = kTwoTypes;
    const Adder<PolicyOperations> policies{operations, &policies_};
    policies.Add("CreatePolicy", &PolicyOperations::CreatePolicy).partial_note = kTwoTypes;
    policies.Add("DescribePolicy", &PolicyOperations::DescribePolicy);
    policies.Add("UpdatePolicy", &PolicyOperations::UpdatePolicy);
    policies.Add("DeletePolicy", &PolicyOperations::DeletePolicy);
    policies.Add("ListPolicies", &PolicyOperations::ListPolicies);
    policies.Add("AttachPolicy", &PolicyOperations::AttachPolicy);
    policies.Add("DetachPolicy", &PolicyOperations::DetachPolicy);
    policies.Add("ListPoliciesForTarget", &PolicyOperations::ListPoliciesForTarget);
    policies.Add("ListTargetsForPolicy", &PolicyOperations::ListTargetsForPolicy);
  }

  Changes changes_;
  OrganizationOperations organization_;
  UnitOperations units_;
  AccountOperations accounts_;
  PolicyOperations policies_;
  HandshakeOperations handshakes_;
  TagOperations tags_;
  Directory directory_;
  OrganizationAccessGuide access_guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<OrganizationsService>(deps); }

}  // namespace stratolite::organizations
