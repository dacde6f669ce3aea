#pragma once

#include "events/bus_store.hpp"
#include "events/changes.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Rules. Everything given must outlive it. Thread-safe. Blocks.
class RuleOperations {
 public:
  RuleOperations(const ServiceDeps& deps, BusStore& buses, ChangeFollower& follower)
      : deps_(deps), buses_(buses), follower_(follower) {}

  Result<Json> PutRule(const Call& call);
  Result<Json> DescribeRule(const Call& call);
  Result<Json> DeleteRule(const Call& call);
  Result<Json> EnableRule(const Call& call);
  Result<Json> DisableRule(const Call& call);
  Result<Json> ListRules(const Call& call);
  Result<Json> ListRuleNamesByTarget(const Call& call);

 private:
  Result<Json> SetState(const Call& call, const char* state);

  const ServiceDeps deps_;
  BusStore& buses_;
  ChangeFollower& follower_;
};

}  // namespace stratolite::events
