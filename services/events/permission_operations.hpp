#pragma once

#include "events/bus_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// PutPermission and RemovePermission: the policies of buses. Everything given must outlive it. Thread-safe. Blocks.
class PermissionOperations {
 public:
  PermissionOperations(const ServiceDeps& deps, BusStore& buses) : deps_(deps), buses_(buses) {}

  Result<Json> PutPermission(const Call& call);
  Result<Json> RemovePermission(const Call& call);

 private:
  /// Lets `edit` change the policy (null: none) of the call's bus.
  template <typename Edit>
  Result<Json> EditPolicy(const Call& call, Edit edit);

  const ServiceDeps deps_;
  BusStore& buses_;
};

}  // namespace stratolite::events
