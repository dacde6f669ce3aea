#pragma once

#include "events/archive_store.hpp"
#include "events/bus_store.hpp"
#include "events/changes.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Replays, as callers start, watch and cancel them; the follower runs them. Everything given must outlive it. Thread-safe. Blocks.
class ReplayOperations {
 public:
  ReplayOperations(const ServiceDeps& deps, ChangeFollower& follower) : deps_(deps), follower_(follower) {}

  Result<Json> StartReplay(const Call& call);
  Result<Json> CancelReplay(const Call& call);
  Result<Json> DescribeReplay(const Call& call);
  Result<Json> ListReplays(const Call& call);

 private:
  const ServiceDeps deps_;
  ChangeFollower& follower_;
};

}  // namespace stratolite::events
