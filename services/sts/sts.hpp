#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// AWS Security Token Service: all eleven operations. Sessions are real: their credentials expire on the world's clock and the front door
/// verifies them.
///
/// Whether a role may be assumed is asked of ports::RoleDirectory; while nobody offers it every well-formed role ARN is assumable. Identity
/// providers are not registered anywhere yet, so that foreign web identity and SAML tokens are read and checked but not verified.
namespace stratolite::sts {

/// `deps` must outlive the service. The service is Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{.name = "sts", .make = &MakeService, .validates_input = true};

}  // namespace stratolite::sts
