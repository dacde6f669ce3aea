#pragma once

#include "organizations/policy_store.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::organizations {

/// Tags of the root, units, accounts and policies. `deps` and `changes` must outlive it. Thread-safe. Blocks.
class TagOperations {
 public:
  TagOperations(const ServiceDeps& deps, Changes& changes) : deps_(deps), tree_(changes), policies_(changes) {}

  Result<Json> TagResource(const Call& call);
  Result<Json> UntagResource(const Call& call);
  Result<Json> ListTagsForResource(const Call& call);

 private:
  /// Errors: TargetNotFoundException, ConstraintViolationException.
  template <typename Change>
  Result<void> ChangeTags(storage::Txn& txn, const Organization& organization, const std::string& id, Change change);

  const ServiceDeps deps_;
  TreeStore tree_;
  PolicyStore policies_;
};

}  // namespace stratolite::organizations
