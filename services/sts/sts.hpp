#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// AWS Security Token Service: all eleven operations. Sessions are real: their credentials expire on the world's clock and the front door
/// verifies them.
///
/// Roles, MFA devices, identity providers and managed policies are IAM's, which is asked through ports; without it every well-formed role ARN is assumable, and
/// tokens are read but not verified.
namespace stratolite::sts {

/// `deps` must outlive the service. The service is Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{.name = "sts", .make = &MakeService, .validates_input = true};

}  // namespace stratolite::sts
