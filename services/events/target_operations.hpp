#pragma once

#include "events/bus_store.hpp"
#include "events/changes.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Targets of rules. Everything given must outlive it. Thread-safe. Blocks.
class TargetOperations {
 public:
  TargetOperations(const ServiceDeps& deps, BusStore& buses, ChangeFollower& follower)
      : deps_(deps), buses_(buses), follower_(follower) {}

  Result<Json> PutTargets(const Call& call);
  Result<Json> RemoveTargets(const Call& call);
  Result<Json> ListTargetsByRule(const Call& call);

 private:
  const ServiceDeps deps_;
  BusStore& buses_;
  ChangeFollower& follower_;
};

}  // namespace stratolite::events
