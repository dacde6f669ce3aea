#pragma once

#include <memory>

#include "events/bus_summary_store.hpp"
#include "stratolite/service/service.hpp"

/// Amazon EventBridge: event buses, rules and their targets, schedules, archives and replays, connections and API destinations.
///
/// Policies of buses are kept and not enforced; what partners of AWS do is refused.
namespace stratolite::events {

/// `deps` must outlive the service. The service is Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{.name = "events", .make = &MakeService, .describe = &DescribeBuses};

}  // namespace stratolite::events
