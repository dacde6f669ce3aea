#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Who uses a managed policy, and which policies let somebody use a service. Thread-safe. Blocks.
class PolicyUsageOperations {
 public:
  explicit PolicyUsageOperations(const ServiceDeps& deps) : deps_(deps) {}

  void Register(OperationTable& operations);

  Result<Json> ListEntitiesForPolicy(const Call& call);
  Result<Json> ListPoliciesGrantingServiceAccess(const Call& call);

 private:
  const ServiceDeps deps_;
};

}  // namespace stratolite::iam
