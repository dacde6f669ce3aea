#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Service-linked roles: made for a service that is known by its principal, and deleted by a task that runs on the world's clock. Nobody looks whether the
/// service still needs its role. `entities` must outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
class ServiceRoleOperations {
 public:
  /// Registers the task's handler.
  ServiceRoleOperations(const ServiceDeps& deps, EntityStore& entities);

  void Register(OperationTable& operations);

  Result<Json> CreateServiceLinkedRole(const Call& call);
  Result<Json> DeleteServiceLinkedRole(const Call& call);
  Result<Json> GetServiceLinkedRoleDeletionStatus(const Call& call);

 private:
  void RunDeletion(const runtime::DueTask& due);

  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
