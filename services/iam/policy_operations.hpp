#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Managed policies and their versions, and who uses them. `entities` must outlive it. Thread-safe. Blocks.
class PolicyOperations {
 public:
  PolicyOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}

  void Register(OperationTable& operations);

  Result<Json> CreatePolicy(const Call& call);
  Result<Json> GetPolicy(const Call& call);
  Result<Json> DeletePolicy(const Call& call);
  Result<Json> ListPolicies(const Call& call);
  Result<Json> CreatePolicyVersion(const Call& call);
  Result<Json> GetPolicyVersion(const Call& call);
  Result<Json> DeletePolicyVersion(const Call& call);
  Result<Json> SetDefaultPolicyVersion(const Call& call);
  Result<Json> ListPolicyVersions(const Call& call);

 private:
  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
