#pragma once

#include "iam/entity_store.hpp"
#include "iam/user_belongings.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Users as such, and their permissions boundaries. `belongings` may be null; everything else must outlive it. Thread-safe. Blocks.
class UserOperations {
 public:
  UserOperations(const ServiceDeps& deps, EntityStore& entities, UserBelongings* belongings)
      : deps_(deps), entities_(entities), belongings_(belongings) {}

  void Register(OperationTable& operations);

 private:
  Result<Json> CreateUser(const Call& call);
  Result<Json> GetUser(const Call& call);
  Result<Json> ListUsers(const Call& call);
  Result<Json> UpdateUser(const Call& call);
  Result<Json> DeleteUser(const Call& call);
  Result<Json> PutUserPermissionsBoundary(const Call& call);
  Result<Json> DeleteUserPermissionsBoundary(const Call& call);

  const ServiceDeps deps_;
  EntityStore& entities_;
  UserBelongings* const belongings_;
};

}  // namespace stratolite::iam
