#include "iam/service_role_operations.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "iam/deletion_task_store.hpp"
#include "iam/entities.hpp"
#include "iam/linked_services.hpp"
#include "iam/quotas.hpp"
#include "iam/role_errors.hpp"
#include "iam/role_view.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::string_view kDeletionKind = "iam.delete_service_role";
constexpr std::chrono::seconds kDeletionTakes{1};
constexpr std::size_t kMostOfRoleName = 64;
/// In the order of DeletionStatus.
constexpr std::array<std::string_view, 3> kDeletionStatuses = {"NOT_STARTED", "IN_PROGRESS", "SUCCEEDED"};

std::string TrustOf(std::string_view principal) {
  return fmt::format(
      R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{}"}},"Action":"sts:AssumeRole"}}]}})",
      principal);
}

}  // namespace

ServiceRoleOperations::ServiceRoleOperations(const ServiceDeps& deps, EntityStore& entities)
    : deps_(deps), entities_(entities) {
  deps_.scheduler.Register(std::string(kDeletionKind), [this](const runtime::DueTask& due) { RunDeletion(due); });
}

void ServiceRoleOperations::Register(OperationTable& operations) {
  operations.Add("CreateServiceLinkedRole", this, &ServiceRoleOperations::CreateServiceLinkedRole);
  operations.Add("DeleteServiceLinkedRole", this, &ServiceRoleOperations::DeleteServiceLinkedRole);
  operations.Add("GetServiceLinkedRoleDeletionStatus", this,
                 &ServiceRoleOperations::GetServiceLinkedRoleDeletionStatus);
}

Result<Json> ServiceRoleOperations::CreateServiceLinkedRole(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string principal, in.String("AWSServiceName"));
  const LinkedService* const service = FindLinkedService(principal);
  if (service == nullptr) return UnknownLinkedService(principal);
  std::string name = std::string("AWSServiceRoleFor").append(service->role);
  if (const auto suffix = in.OptionalString("CustomSuffix")) {
    if (!service->takes_suffix) return SuffixNotAllowed(principal);
    name.append("_").append(*suffix);
    if (name.size() > kMostOfRoleName) return LinkedRoleNameTooLong(name);
  }
  Entity role =
      MakeEntity(deps_, call, EntityKind::kRole, std::move(name), "/aws-service-role/" + std::string(principal) + "/");
  RoleDetails details;
  details.trust_policy = TrustOf(principal);
  details.description = in.StringOr("Description", "");
  role.details = details.ToJson();
  const std::string policy =
      fmt::format("arn:{}:iam::aws:policy/aws-service-role/{}", PartitionOf(call.scope.region), service->policy);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, role.account, role.kind, role.name)) return LinkedRoleTaken(role.name);
    RETURN_IF_ERROR(kRolesPerAccount.Check(EntityStore::Count(txn, role.account, role.kind) + 1));
    entities_.Insert(txn, role);
    entities_.Attach(txn, role, policy);
    Json view = BareRoleView(role);
    return Json{{"Role", std::move(view)}};
  });
}

Result<Json> ServiceRoleOperations::DeleteServiceLinkedRole(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("RoleName"));
  const std::string uuid = deps_.random.Uuid();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity role, RequireEntity(txn, call, EntityKind::kRole, name));
    if (!IsServiceLinked(role)) return NotServiceLinked(name);
    const DeletionTask task{
        .id = fmt::format("task{}{}/{}", role.path, role.name, uuid), .account = role.account, .role_name = role.name};
    InsertDeletionTask(txn, task);
    deps_.scheduler.Schedule(txn, kDeletionKind, {.key = task.id, .due = deps_.clock.Now(), .payload = role.unique_id});
    return Json{{"DeletionTaskId", task.id}};
  });
}

Result<Json> ServiceRoleOperations::GetServiceLinkedRoleDeletionStatus(const Call& call) {
  ASSIGN_OR_RETURN(const std::string id, Fields(call.input).String("DeletionTaskId"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const auto task = FindDeletionTask(reader, id);
    if (!task || task->account != call.scope.account) return UnknownDeletionTask(id);
    return Json{{"Status", kDeletionStatuses.at(static_cast<std::size_t>(task->status))}};
  });
}

// Twice: when it begins and when it is over. The role may have been deleted by another task meanwhile.
void ServiceRoleOperations::RunDeletion(const runtime::DueTask& due) {
  deps_.db.Transact([&](storage::Txn& txn) {
    const auto task = FindDeletionTask(txn, due.key);
    if (!task) return;
    if (task->status == DeletionStatus::kNotStarted) {
      SetDeletionStatus(txn, task->id, DeletionStatus::kInProgress);
      deps_.scheduler.Schedule(txn, kDeletionKind, {due.key, due.due + kDeletionTakes, due.payload});
      return;
    }
    if (const auto role = EntityStore::FindByUniqueId(txn, due.payload)) {
      entities_.Delete(txn, *role);
      deps_.credentials.RemoveSessionsOf(txn, role->arn);
    }
    SetDeletionStatus(txn, task->id, DeletionStatus::kSucceeded);
  });
}

}  // namespace stratolite::iam
