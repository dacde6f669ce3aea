#pragma once

#include "organizations/policy_store.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::organizations {

/// Organizational units, and the tree seen from above and below. `deps` and `changes` must outlive it. Thread-safe. Blocks.
class UnitOperations {
 public:
  UnitOperations(const ServiceDeps& deps, Changes& changes) : deps_(deps), tree_(changes), policies_(changes) {}

  Result<Json> CreateOrganizationalUnit(const Call& call);
  Result<Json> DescribeOrganizationalUnit(const Call& call);
  Result<Json> UpdateOrganizationalUnit(const Call& call);
  Result<Json> DeleteOrganizationalUnit(const Call& call);
  Result<Json> ListOrganizationalUnitsForParent(const Call& call);
  Result<Json> ListChildren(const Call& call);
  Result<Json> ListParents(const Call& call);

 private:
  const ServiceDeps deps_;
  TreeStore tree_;
  PolicyStore policies_;
};

}  // namespace stratolite::organizations
