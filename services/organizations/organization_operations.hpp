#pragma once

#include "organizations/policy_store.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::organizations {

/// The organization itself, its root, and what is enabled in it. `deps` and `changes` must outlive it. Thread-safe. Blocks.
class OrganizationOperations {
 public:
  OrganizationOperations(const ServiceDeps& deps, Changes& changes) : deps_(deps), tree_(changes), policies_(changes) {}

  Result<Json> CreateOrganization(const Call& call);
  Result<Json> DescribeOrganization(const Call& call);
  Result<Json> DeleteOrganization(const Call& call);
  Result<Json> ListRoots(const Call& call);
  Result<Json> EnablePolicyType(const Call& call);
  Result<Json> DisablePolicyType(const Call& call);
  Result<Json> EnableAWSServiceAccess(const Call& call);
  Result<Json> DisableAWSServiceAccess(const Call& call);
  Result<Json> ListAWSServiceAccessForOrganization(const Call& call);

 private:
  const ServiceDeps deps_;
  TreeStore tree_;
  PolicyStore policies_;
};

}  // namespace stratolite::organizations
