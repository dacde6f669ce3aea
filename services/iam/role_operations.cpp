#include "iam/role_operations.hpp"

#include "iam/entities.hpp"
#include "iam/entity_lists.hpp"
#include "iam/entity_view.hpp"
#include "iam/errors.hpp"
#include "iam/managed_policies.hpp"
#include "iam/policy_documents.hpp"
#include "iam/quotas.hpp"
#include "iam/role_directory.hpp"
#include "iam/role_errors.hpp"
#include "iam/role_last_used.hpp"
#include "iam/role_view.hpp"
#include "iam/tags.hpp"
#include "iam/trust_principals.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr EntityKind kRole = EntityKind::kRole;

Result<void> CheckTrustPolicy(std::string_view document) {
  RETURN_IF_ERROR(CheckDocument(document, auth::PolicyKind::kTrust));
  return kTrustPolicySize.Check(DocumentSize(document));
}

/// Where trust is not looked at (`--iam off`), roles may trust whom nobody made.
Result<void> CheckTrusted(const ServiceDeps& deps, storage::Reader& reader, std::string_view document) {
  if (IamModeOf(deps) == IamMode::kOff) return {};
  return CheckPrincipalsAreThere(reader, document);
}

}  // namespace

void RoleOperations::Register(OperationTable& operations) {
  operations.Add("CreateRole", this, &RoleOperations::CreateRole);
  operations.Add("GetRole", this, &RoleOperations::GetRole);
  operations.Add("ListRoles", this, &RoleOperations::ListRoles);
  operations.Add("UpdateRole", this, &RoleOperations::UpdateRole);
  operations.Add("UpdateRoleDescription", this, &RoleOperations::UpdateRoleDescription);
  operations.Add("DeleteRole", this, &RoleOperations::DeleteRole);
  operations.Add("UpdateAssumeRolePolicy", this, &RoleOperations::UpdateAssumeRolePolicy);
  operations.Add("PutRolePermissionsBoundary", this, &RoleOperations::PutRolePermissionsBoundary);
  operations.Add("DeleteRolePermissionsBoundary", this, &RoleOperations::DeleteRolePermissionsBoundary);
}

Result<Json> RoleOperations::CreateRole(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(std::string name, in.String("RoleName"));
  Entity role = MakeEntity(deps_, call, kRole, std::move(name), in.StringOr("Path", "/"));
  if (IsServiceLinked(role)) return PathOfServiceRoles(role.path);
  RoleDetails details;
  ASSIGN_OR_RETURN(details.trust_policy, in.String("AssumeRolePolicyDocument"));
  RETURN_IF_ERROR(CheckTrustPolicy(details.trust_policy));
  details.description = in.StringOr("Description", "");
  details.max_session_seconds = in.IntOr("MaxSessionDuration", details.max_session_seconds);
  role.details = details.ToJson();
  ASSIGN_OR_RETURN(role.tags, ReadTags(call.input, kRole));
  role.boundary = in.StringOr("PermissionsBoundary", "");

  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, role.account, kRole, role.name)) return NameTaken("Role", role.name);
    if (!role.boundary.empty()) RETURN_IF_ERROR(ManagedPolicies::CheckBoundary(txn, role.account, role.boundary));
    RETURN_IF_ERROR(CheckTrusted(deps_, txn, details.trust_policy));
    RETURN_IF_ERROR(kRolesPerAccount.Check(EntityStore::Count(txn, role.account, kRole) + 1));
    entities_.Insert(txn, role);
    Json view = BareRoleView(role);
    AddTagsAndBoundary(view, role);
    return Json{{"Role", std::move(view)}};
  });
}

Result<Json> RoleOperations::GetRole(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("RoleName"));
  ASSIGN_OR_RETURN(const Entity role,
                   deps_.db.Read([&](storage::Reader& reader) { return RequireEntity(reader, call, kRole, name); }));
  Json view = RoleView(role);
  AddTagsAndBoundary(view, role);
  view["RoleLastUsed"] = RoleLastUsed(deps_, role.unique_id);
  return Json{{"Role", std::move(view)}};
}

Result<Json> RoleOperations::ListRoles(const Call& call) { return ListEntities(deps_, call, kRole, "Roles", RoleView); }

// The description of a service's role is its account's to change, and nothing else.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html
Result<Json> RoleOperations::UpdateRole(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("RoleName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity role, RequireEntity(txn, call, kRole, name));
    if (in.Has("MaxSessionDuration")) RETURN_IF_ERROR(CheckModifiable(role));
    RoleDetails details = RoleDetailsOf(role);
    details.description = in.StringOr("Description", details.description);
    details.max_session_seconds = in.IntOr("MaxSessionDuration", details.max_session_seconds);
    role.details = details.ToJson();
    entities_.Update(txn, role);
    return Json::object();
  });
}

Result<Json> RoleOperations::UpdateRoleDescription(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("RoleName"));
  ASSIGN_OR_RETURN(const std::string description, in.String("Description"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity role, RequireEntity(txn, call, kRole, name));
    RoleDetails details = RoleDetailsOf(role);
    details.description = description;
    role.details = details.ToJson();
    entities_.Update(txn, role);
    return Json{{"Role", RoleView(role)}};
  });
}

Result<Json> RoleOperations::DeleteRole(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("RoleName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity role, RequireEntity(txn, call, kRole, name));
    RETURN_IF_ERROR(CheckModifiable(role));
    if (!EntityStore::ListContainers(txn, role.id, "", 1).empty()) return RoleInInstanceProfile();
    RETURN_IF_ERROR(CheckWithoutPolicies(txn, role));
    entities_.Delete(txn, role);
    deps_.credentials.RemoveSessionsOf(txn, role.arn);
    return Json::object();
  });
}

Result<Json> RoleOperations::UpdateAssumeRolePolicy(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("RoleName"));
  ASSIGN_OR_RETURN(const std::string document, in.String("PolicyDocument"));
  RETURN_IF_ERROR(CheckTrustPolicy(document));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity role, RequireEntity(txn, call, kRole, name));
    RETURN_IF_ERROR(CheckModifiable(role));
    RETURN_IF_ERROR(CheckTrusted(deps_, txn, document));
    RoleDetails details = RoleDetailsOf(role);
    details.trust_policy = document;
    role.details = details.ToJson();
    entities_.Update(txn, role);
    return Json::object();
  });
}

Result<Json> RoleOperations::PutRolePermissionsBoundary(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("RoleName"));
  ASSIGN_OR_RETURN(const std::string boundary, in.String("PermissionsBoundary"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity role, RequireEntity(txn, call, kRole, name));
    RETURN_IF_ERROR(CheckModifiable(role));
    RETURN_IF_ERROR(ManagedPolicies::CheckBoundary(txn, role.account, boundary));
    role.boundary = boundary;
    entities_.Update(txn, role);
    return Json::object();
  });
}

Result<Json> RoleOperations::DeleteRolePermissionsBoundary(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("RoleName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity role, RequireEntity(txn, call, kRole, name));
    RETURN_IF_ERROR(CheckModifiable(role));
    role.boundary.clear();
    entities_.Update(txn, role);
    return Json::object();
  });
}

}  // namespace stratolite::iam
