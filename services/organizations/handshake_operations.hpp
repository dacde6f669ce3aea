#pragma once

#include "organizations/policy_store.hpp"
#include "organizations/tree_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::organizations {

/// Invitations of accounts that exist already, and how they leave again. `deps` and `changes` must outlive it. Thread-safe. Blocks.
class HandshakeOperations {
 public:
  HandshakeOperations(const ServiceDeps& deps, Changes& changes) : deps_(deps), tree_(changes), policies_(changes) {}

  Result<Json> InviteAccountToOrganization(const Call& call);
  Result<Json> AcceptHandshake(const Call& call);
  Result<Json> DeclineHandshake(const Call& call);
  Result<Json> CancelHandshake(const Call& call);
  Result<Json> DescribeHandshake(const Call& call);
  Result<Json> ListHandshakesForAccount(const Call& call);
  Result<Json> ListHandshakesForOrganization(const Call& call);
  Result<Json> LeaveOrganization(const Call& call);

 private:
  const ServiceDeps deps_;
  TreeStore tree_;
  PolicyStore policies_;
};

}  // namespace stratolite::organizations
