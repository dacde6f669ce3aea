#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// Amazon EventBridge Scheduler. No operation is built yet: each answers NotImplemented.
namespace stratolite::scheduler {

/// `deps` must outlive the service. The service is Thread-safe.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{.name = "scheduler", .make = &MakeService};

}  // namespace stratolite::scheduler
