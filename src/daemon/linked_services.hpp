#pragma once

#include <span>

#include "stratolite/service/service.hpp"

namespace stratolite::daemon {

/// The descriptors of every service in this binary: `stratolite::<name>::kDescriptor` from each `services/<name>/<name>.hpp` whose folder calls
/// `stratolite_add_service`, sorted by name. The build writes the table, so that a new service is a new folder and nothing else.
/// Immutable. Thread-safe.
std::span<const ServiceDescriptor> LinkedServices();

}  // namespace stratolite::daemon
