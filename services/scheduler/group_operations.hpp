#pragma once

#include "scheduler/firing.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::scheduler {

/// Schedule groups and their tags. `firing` outlives it. Thread-safe. Blocks.
class GroupOperations {
 public:
  GroupOperations(const ServiceDeps& deps, Firing& firing) : deps_(deps), firing_(firing) {}

  Result<Json> CreateScheduleGroup(const Call& call);
  Result<Json> GetScheduleGroup(const Call& call);
  Result<Json> DeleteScheduleGroup(const Call& call);
  Result<Json> ListScheduleGroups(const Call& call);
  Result<Json> TagResource(const Call& call);
  Result<Json> UntagResource(const Call& call);
  Result<Json> ListTagsForResource(const Call& call);

 private:
  const ServiceDeps deps_;
  Firing& firing_;
};

}  // namespace stratolite::scheduler
