#pragma once

#include "iam/entity_store.hpp"
#include "iam/policy_holders.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Policies that are part of a user, group or role: PutUserPolicy, GetUserPolicy, DeleteUserPolicy, ListUserPolicies and their kin. Everything given must
/// outlive it. Thread-safe. Blocks.
class InlinePolicyOperations {
 public:
  InlinePolicyOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}

  void Register(OperationTable& operations);

 private:
  Result<Json> Put(const Call& call, const PolicyHolder& holder);
  Result<Json> Get(const Call& call, const PolicyHolder& holder);
  Result<Json> Delete(const Call& call, const PolicyHolder& holder);
  Result<Json> List(const Call& call, const PolicyHolder& holder);

  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
