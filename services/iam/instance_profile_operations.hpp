#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Instance profiles: what hands a role to an EC2 instance. `entities` must outlive it. Thread-safe. Blocks.
class InstanceProfileOperations {
 public:
  InstanceProfileOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}

  void Register(OperationTable& operations);

  Result<Json> CreateInstanceProfile(const Call& call);
  Result<Json> GetInstanceProfile(const Call& call);
  Result<Json> ListInstanceProfiles(const Call& call);
  Result<Json> ListInstanceProfilesForRole(const Call& call);
  Result<Json> DeleteInstanceProfile(const Call& call);
  Result<Json> AddRoleToInstanceProfile(const Call& call);
  Result<Json> RemoveRoleFromInstanceProfile(const Call& call);

 private:
  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
