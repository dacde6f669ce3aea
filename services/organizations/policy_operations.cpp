#include "organizations/policy_operations.hpp"

#include <algorithm>

#include "organizations/errors.hpp"
#include "organizations/standing.hpp"
#include "stratolite/auth/policy.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::organizations {
namespace {

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
constexpr std::size_t kMostContent = 5120;
constexpr std::size_t kMostOfTarget = 5;

Result<void> CheckContent(const Policy& policy) {
  if (policy.content.size() > kMostContent) {
    return ConstraintViolation("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the size limit of a policy.");
  }
  const auto kind =
      policy.type == kServiceControl ? auth::PolicyKind::kServiceControl : auth::PolicyKind::kResourceControl;
  if (!auth::ValidatePolicy(policy.content, kind).ok()) return MalformedPolicy();
  return {};
}

Json FullView(const Organization& organization, const Policy& policy) {
  return {{"Policy", {{"PolicySummary", Summary(organization, policy)}, {"Content", policy.content}}}};
}

Result<Policy> FindPolicy(storage::Reader& reader, const Organization& organization, const std::string& id) {
  auto policy = PolicyStore::Find(reader, organization.id, id);
  if (!policy) return PolicyNotFound();
  return *std::move(policy);
}

bool IsTarget(storage::Reader& reader, const Organization& organization, const std::string& id) {
  if (!IsAccountId(id)) return !TreeStore::LineTo(reader, organization, id).empty();
  const auto account = TreeStore::FindAccount(reader, AccountId(id));
  return account && account->organization == organization.id;
}

Json TargetView(storage::Reader& reader, const Organization& organization, const std::string& id) {
  if (id == organization.root_id)
    return {{"TargetId", id}, {"Arn", organization.RootArn()}, {"Name", "Root"}, {"Type", "ROOT"}};
  if (IsAccountId(id)) {
    const Account account = TreeStore::FindAccount(reader, AccountId(id)).value();
    return {
        {"TargetId", id}, {"Arn", AccountArn(organization, account.id)}, {"Name", account.name}, {"Type", "ACCOUNT"}};
  }
  const Unit unit = TreeStore::FindUnit(reader, organization.id, id).value();
  return {{"TargetId", id}, {"Arn", UnitArn(organization, unit)}, {"Name", unit.name}, {"Type", "ORGANIZATIONAL_UNIT"}};
}

}  // namespace

Result<Json> PolicyOperations::CreatePolicy(const Call& call) {
  const Fields in(call.input);
  Policy policy;
  ASSIGN_OR_RETURN(policy.type, in.String("Type"));
  ASSIGN_OR_RETURN(policy.name, in.String("Name"));
  ASSIGN_OR_RETURN(policy.content, in.String("Content"));
  policy.description = in.StringOr("Description", "");
  AddTags(in.List("Tags"), policy.tags);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    if (!FullAccessPolicyOf(policy.type)) return PolicyTypeNotBuilt(policy.type);
    if (organization.feature_set != "ALL") return PolicyTypeNotAvailable();
    RETURN_IF_ERROR(CheckContent(policy));
    policy.organization = organization.id;
    if (PolicyStore::NameIsTaken(txn, policy)) return DuplicatePolicy();
    policy.id = MakeId(deps_.random, "p-", 8);
    policies_.Insert(txn, policy);
    return FullView(organization, policy);
  });
}

Result<Json> PolicyOperations::DescribePolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("PolicyId"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    ASSIGN_OR_RETURN(const Policy policy, FindPolicy(reader, organization, id));
    return FullView(organization, policy);
  });
}

Result<Json> PolicyOperations::UpdatePolicy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string id, in.String("PolicyId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    ASSIGN_OR_RETURN(Policy policy, FindPolicy(txn, organization, id));
    if (policy.aws_managed) return PolicyIsAwsManaged();
    policy.name = in.StringOr("Name", policy.name);
    policy.description = in.StringOr("Description", policy.description);
    policy.content = in.StringOr("Content", policy.content);
    RETURN_IF_ERROR(CheckContent(policy));
    if (PolicyStore::NameIsTaken(txn, policy)) return DuplicatePolicy();
    policies_.Update(txn, policy);
    return FullView(organization, policy);
  });
}

Result<Json> PolicyOperations::DeletePolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("PolicyId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    ASSIGN_OR_RETURN(const Policy policy, FindPolicy(txn, organization, id));
    if (policy.aws_managed) return PolicyIsAwsManaged();
    if (!PolicyStore::ListTargets(txn, organization.id, id).empty()) return PolicyInUse();
    policies_.Delete(txn, policy);
    return Json::object();
  });
}

Result<Json> PolicyOperations::ListPolicies(const Call& call) {
  ASSIGN_OR_RETURN(const std::string type, Fields(call.input).String("Filter"));
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    return WritePage(
        page, "Policies", PolicyStore::List(reader, organization.id, type),
        [](const Policy& policy) { return policy.id; },
        [&](const Policy& policy) { return Summary(organization, policy); });
  });
}

Result<Json> PolicyOperations::AttachPolicy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string id, in.String("PolicyId"));
  ASSIGN_OR_RETURN(const std::string target, in.String("TargetId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    ASSIGN_OR_RETURN(const Policy policy, FindPolicy(txn, organization, id));
    if (!IsTarget(txn, organization, target)) return TargetNotFound();
    if (!organization.Enables(policy.type)) return PolicyTypeNotEnabled();
    if (PolicyStore::IsAttached(txn, organization.id, target, policy)) return DuplicateAttachment();
    if (PolicyStore::ListOfTarget(txn, organization.id, target, policy.type).size() >= kMostOfTarget) {
      return ConstraintViolation("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                                 "You have attached the maximum number of policies to the specified target.");
    }
    policies_.Attach(txn, organization.id, target, policy);
    return Json::object();
  });
}

Result<Json> PolicyOperations::DetachPolicy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string id, in.String("PolicyId"));
  ASSIGN_OR_RETURN(const std::string target, in.String("TargetId"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(txn, call));
    ASSIGN_OR_RETURN(const Policy policy, FindPolicy(txn, organization, id));
    if (!IsTarget(txn, organization, target)) return TargetNotFound();
    if (!PolicyStore::IsAttached(txn, organization.id, target, policy)) return PolicyNotAttached();
    // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    if (policy.aws_managed && policy.type == kResourceControl)
      return InvalidInput("NON_DETACHABLE_POLICY", "You can't detach this policy.");
    if (PolicyStore::ListOfTarget(txn, organization.id, target, policy.type).size() == 1) {
      return ConstraintViolation("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                                 "You cannot remove the last policy attached to the specified target. You must have at "
                                 "least one attached at all times.");
    }
    policies_.Detach(txn, organization.id, target, policy);
    return Json::object();
  });
}

Result<Json> PolicyOperations::ListPoliciesForTarget(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string target, in.String("TargetId"));
  ASSIGN_OR_RETURN(const std::string type, in.String("Filter"));
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    if (!IsTarget(reader, organization, target)) return TargetNotFound();
    return WritePage(
        page, "Policies", PolicyStore::ListOfTarget(reader, organization.id, target, type),
        [](const Policy& policy) { return policy.id; },
        [&](const Policy& policy) { return Summary(organization, policy); });
  });
}

Result<Json> PolicyOperations::ListTargetsForPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("PolicyId"));
  ASSIGN_OR_RETURN(const Page page, ReadPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Organization organization, RequireManagement(reader, call));
    ASSIGN_OR_RETURN(const Policy policy, FindPolicy(reader, organization, id));
    return WritePage(
        page, "Targets", PolicyStore::ListTargets(reader, organization.id, policy.id),
        [](const std::string& target) { return target; },
        [&](const std::string& target) { return TargetView(reader, organization, target); });
  });
}

}  // namespace stratolite::organizations
