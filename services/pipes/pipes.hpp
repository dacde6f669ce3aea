#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// Amazon EventBridge Pipes: from a queue through filters and an enrichment to a target, at work while a pipe is RUNNING. Sources other than SQS, and parts whose
/// services are not built, are refused with NotImplemented. Roles are not asked, logs are not written.
namespace stratolite::pipes {

/// `deps` must outlive the service. The service is Thread-safe.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{.name = "pipes", .make = &MakeService};

}  // namespace stratolite::pipes
