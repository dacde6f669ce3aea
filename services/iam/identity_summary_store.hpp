#pragma once

#include <cstddef>

#include "stratolite/service/resources.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Users, groups and roles, those with most policies first, for `stratolite status`. Thread-safe. Blocks.
ResourceList DescribeIdentities(const ServiceDeps& deps, std::size_t most);

}  // namespace stratolite::iam
