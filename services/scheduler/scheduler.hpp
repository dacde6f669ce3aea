#pragma once

#include <memory>

#include "scheduler/schedule_summary_store.hpp"
#include "stratolite/service/service.hpp"

/// Amazon EventBridge Scheduler: schedules, their groups, and the calls of their targets on the world's clock.
///
/// Left out: whether the execution role may be assumed and may call the target, encryption with the key that is named, metrics.
namespace stratolite::scheduler {

/// `deps` must outlive the service. The service is Thread-safe.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{
    .name = "scheduler", .make = &MakeService, .describe = &DescribeSchedules};

}  // namespace stratolite::scheduler
