#include "organizations/organizations.hpp"

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

  OperationTable::Entry& operator()(std::string_view name, Result<Json> (Operations::*method)(const Call&)) const {
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
        directory_(deps.db, changes_) {
    deps.ports.Offer<ports::OrganizationDirectory>(&directory_);
  }

  void Register(OperationTable& operations) override {
    RegisterTree(operations);
    RegisterPolicies(operations);
    const Adder<HandshakeOperations> handshakes{operations, &handshakes_};
    handshakes("InviteAccountToOrganization", &HandshakeOperations::InviteAccountToOrganization).partial_note =
        "accounts are invited by their number, not by an address";
    handshakes("AcceptHandshake", &HandshakeOperations::AcceptHandshake);
    handshakes("DeclineHandshake", &HandshakeOperations::DeclineHandshake);
    handshakes("CancelHandshake", &HandshakeOperations::CancelHandshake);
    handshakes("DescribeHandshake", &HandshakeOperations::DescribeHandshake);
    handshakes("ListHandshakesForAccount", &HandshakeOperations::ListHandshakesForAccount).partial_note =
        "`Filter` is ignored: there are invitations only";
    handshakes("ListHandshakesForOrganization", &HandshakeOperations::ListHandshakesForOrganization).partial_note =
        "`Filter` is ignored: there are invitations only";
    handshakes("LeaveOrganization", &HandshakeOperations::LeaveOrganization);
    const Adder<TagOperations> tags{operations, &tags_};
    tags("TagResource", &TagOperations::TagResource);
    tags("UntagResource", &TagOperations::UntagResource);
    tags("ListTagsForResource", &TagOperations::ListTagsForResource);
  }

  void OnReset() override { changes_.Touch(); }

 private:
  void RegisterTree(OperationTable& operations) {
    using Organizations = OrganizationOperations;
    const Adder<Organizations> organization{operations, &organization_};
    organization("CreateOrganization", &Organizations::CreateOrganization);
    organization("DescribeOrganization", &Organizations::DescribeOrganization);
    organization("DeleteOrganization", &Organizations::DeleteOrganization);
    organization("ListRoots", &Organizations::ListRoots);
    organization("EnableAWSServiceAccess", &Organizations::EnableAWSServiceAccess);
    organization("DisableAWSServiceAccess", &Organizations::DisableAWSServiceAccess);
    organization("ListAWSServiceAccessForOrganization", &Organizations::ListAWSServiceAccessForOrganization);
    const Adder<UnitOperations> units{operations, &units_};
    units("CreateOrganizationalUnit", &UnitOperations::CreateOrganizationalUnit);
    units("DescribeOrganizationalUnit", &UnitOperations::DescribeOrganizationalUnit);
    units("UpdateOrganizationalUnit", &UnitOperations::UpdateOrganizationalUnit);
    units("DeleteOrganizationalUnit", &UnitOperations::DeleteOrganizationalUnit);
    units("ListOrganizationalUnitsForParent", &UnitOperations::ListOrganizationalUnitsForParent);
    units("ListChildren", &UnitOperations::ListChildren);
    units("ListParents", &UnitOperations::ListParents);
    const Adder<AccountOperations> accounts{operations, &accounts_};
    accounts("CreateAccount", &AccountOperations::CreateAccount);
    accounts("DescribeCreateAccountStatus", &AccountOperations::DescribeCreateAccountStatus);
    accounts("ListCreateAccountStatus", &AccountOperations::ListCreateAccountStatus);
    accounts("DescribeAccount", &AccountOperations::DescribeAccount);
    accounts("ListAccounts", &AccountOperations::ListAccounts);
    accounts("ListAccountsForParent", &AccountOperations::ListAccountsForParent);
    accounts("MoveAccount", &AccountOperations::MoveAccount);
    accounts("RemoveAccountFromOrganization", &AccountOperations::RemoveAccountFromOrganization);
    accounts("CloseAccount", &AccountOperations::CloseAccount);
  }

  void RegisterPolicies(OperationTable& operations) {
    constexpr const char* kTwoTypes = "service control and resource control policies";
    const Adder<OrganizationOperations> organization{operations, &organization_};
    organization("EnablePolicyType", &OrganizationOperations::EnablePolicyType).partial_note = kTwoTypes;
    organization("DisablePolicyType", &OrganizationOperations::DisablePolicyType).partial_note = kTwoTypes;
    const Adder<PolicyOperations> policies{operations, &policies_};
    policies("CreatePolicy", &PolicyOperations::CreatePolicy).partial_note = kTwoTypes;
    policies("DescribePolicy", &PolicyOperations::DescribePolicy);
    policies("UpdatePolicy", &PolicyOperations::UpdatePolicy);
    policies("DeletePolicy", &PolicyOperations::DeletePolicy);
    policies("ListPolicies", &PolicyOperations::ListPolicies);
    policies("AttachPolicy", &PolicyOperations::AttachPolicy);
    policies("DetachPolicy", &PolicyOperations::DetachPolicy);
    policies("ListPoliciesForTarget", &PolicyOperations::ListPoliciesForTarget);
    policies("ListTargetsForPolicy", &PolicyOperations::ListTargetsForPolicy);
  }

  Changes changes_;
  OrganizationOperations organization_;
  UnitOperations units_;
  AccountOperations accounts_;
  PolicyOperations policies_;
  HandshakeOperations handshakes_;
  TagOperations tags_;
  Directory directory_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<OrganizationsService>(deps); }

}  // namespace stratolite::organizations
