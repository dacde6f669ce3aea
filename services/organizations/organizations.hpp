#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

/// AWS Organizations: accounts in a tree of organizational units, and the service control and resource control policies on it. Global, whatever the region.
/// Offers ports::OrganizationDirectory: what an organization says about an account. Other kinds of policies, delegated administrators, and transfers of
/// responsibility are not built.
namespace stratolite::organizations {

/// `deps` must outlive the service. The service is Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

/// Input is validated by the operations: AWS answers InvalidInputException here.
inline constexpr ServiceDescriptor kDescriptor{.name = "organizations", .make = &MakeService, .validates_input = false};

}  // namespace stratolite::organizations
