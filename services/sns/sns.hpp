#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// Amazon Simple Notification Service. Which operations are built: README.md.
namespace stratolite::sns {

/// `deps` must outlive the service. The service is Thread-safe.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

/// SNS words its own parameter errors; the model has hardly any constraints.
inline constexpr ServiceDescriptor kDescriptor{.name = "sns", .make = &MakeService, .validates_input = false};

}  // namespace stratolite::sns
