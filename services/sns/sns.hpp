#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// Amazon Simple Notification Service. No operation is built yet: each answers NotImplemented.
namespace stratolite::sns {

/// `deps` must outlive the service. The service is Thread-safe.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{.name = "sns", .make = &MakeService};

}  // namespace stratolite::sns
