#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Roles as such: their trust policies, descriptions, longest sessions and boundaries. Those of services: see service_role_operations.hpp.
/// `entities` must outlive it. Thread-safe. Blocks.
class RoleOperations {
 public:
  RoleOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}

  void Register(OperationTable& operations);

  Result<Json> CreateRole(const Call& call);
  Result<Json> GetRole(const Call& call);
  Result<Json> ListRoles(const Call& call);
  Result<Json> UpdateRole(const Call& call);
  Result<Json> UpdateRoleDescription(const Call& call);
  Result<Json> DeleteRole(const Call& call);
  Result<Json> UpdateAssumeRolePolicy(const Call& call);
  Result<Json> PutRolePermissionsBoundary(const Call& call);
  Result<Json> DeleteRolePermissionsBoundary(const Call& call);

 private:
  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
