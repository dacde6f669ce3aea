#pragma once

#include "iam/entity_store.hpp"
#include "iam/policy_holders.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Which managed policies a user, group or role has: AttachUserPolicy, DetachUserPolicy, ListAttachedUserPolicies and their kin. Everything given must outlive
/// it. Thread-safe. Blocks.
class AttachmentOperations {
 public:
  AttachmentOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}

  void Register(OperationTable& operations);

 private:
  Result<Json> Attach(const Call& call, const PolicyHolder& holder);
  Result<Json> Detach(const Call& call, const PolicyHolder& holder);
  Result<Json> List(const Call& call, const PolicyHolder& holder);

  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
