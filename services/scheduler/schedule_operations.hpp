#pragma once

#include "scheduler/firing.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::scheduler {

/// Schedules: their definitions. `firing` outlives it. Thread-safe. Blocks.
class ScheduleOperations {
 public:
  ScheduleOperations(const ServiceDeps& deps, Firing& firing) : deps_(deps), firing_(firing) {}

  Result<Json> CreateSchedule(const Call& call);
  Result<Json> UpdateSchedule(const Call& call);
  Result<Json> GetSchedule(const Call& call);
  Result<Json> DeleteSchedule(const Call& call);
  Result<Json> ListSchedules(const Call& call);

 private:
  const ServiceDeps deps_;
  Firing& firing_;
};

}  // namespace stratolite::scheduler
