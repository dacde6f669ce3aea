#pragma once

#include <string>
#include <vector>

#include "iam/simulation.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// SimulateCustomPolicy, SimulatePrincipalPolicy, GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy: what would be decided, answered by the
/// engine that decides. `deps` must outlive it. Thread-safe. Blocks.
class SimulationOperations {
 public:
  explicit SimulationOperations(const ServiceDeps& deps) : deps_(deps) {}

  void Register(OperationTable& operations);

  Result<Json> SimulateCustomPolicy(const Call& call);
  Result<Json> SimulatePrincipalPolicy(const Call& call);
  Result<Json> GetContextKeysForCustomPolicy(const Call& call);
  Result<Json> GetContextKeysForPrincipalPolicy(const Call& call);

 private:
  /// What both simulations are given the same way.
  Result<void> ReadCommon(const Call& call, std::string_view caller_arn, Simulation& simulation) const;
  void AddOrganization(const Call& call, bool excluded, Simulation& simulation) const;

  const ServiceDeps deps_;
};

}  // namespace stratolite::iam
