#pragma once

#include <memory>

#include "iam/identity_summary_store.hpp"
#include "stratolite/service/service.hpp"

/// AWS Identity and Access Management: who there is in an account and what they may do. Global: an account's, whatever the region.
/// Offers ports::IdentityDirectory (what decisions are made from) and ports::RoleDirectory (whom roles trust).
namespace stratolite::iam {

/// `deps` must outlive the service. The service is Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

inline constexpr ServiceDescriptor kDescriptor{
    .name = "iam", .make = &MakeService, .validates_input = true, .describe = &DescribeIdentities};

}  // namespace stratolite::iam
