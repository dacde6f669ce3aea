#pragma once

#include "organizations/policy_store.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::organizations {

/// Service control and resource control policies, and what they are attached to. `deps` and `changes` must outlive it. Thread-safe. Blocks.
class PolicyOperations {
 public:
  PolicyOperations(const ServiceDeps& deps, Changes& changes) : deps_(deps), tree_(changes), policies_(changes) {}

  Result<Json> CreatePolicy(const Call& call);
  Result<Json> DescribePolicy(const Call& call);
  Result<Json> UpdatePolicy(const Call& call);
  Result<Json> DeletePolicy(const Call& call);
  Result<Json> ListPolicies(const Call& call);
  Result<Json> AttachPolicy(const Call& call);
  Result<Json> DetachPolicy(const Call& call);
  Result<Json> ListPoliciesForTarget(const Call& call);
  Result<Json> ListTargetsForPolicy(const Call& call);

 private:
  const ServiceDeps deps_;
  TreeStore tree_;
  PolicyStore policies_;
};

}  // namespace stratolite::organizations
