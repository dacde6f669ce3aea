#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Groups and who is in them. Everything given must outlive it. Thread-safe. Blocks.
class GroupOperations {
 public:
  GroupOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}

  void Register(OperationTable& operations);

 private:
  Result<Json> CreateGroup(const Call& call);
  Result<Json> GetGroup(const Call& call);
  Result<Json> ListGroups(const Call& call);
  Result<Json> UpdateGroup(const Call& call);
  Result<Json> DeleteGroup(const Call& call);
  Result<Json> AddUserToGroup(const Call& call);
  Result<Json> RemoveUserFromGroup(const Call& call);
  Result<Json> ListGroupsForUser(const Call& call);

  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
