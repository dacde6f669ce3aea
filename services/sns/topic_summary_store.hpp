#pragma once

#include "stratolite/service/resources.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// The topics of a world and how many subscriptions they have. Looks at a thousand topics. Thread-safe. Blocks.
ResourceList DescribeTopics(const ServiceDeps& deps, std::size_t most);

}  // namespace stratolite::sns
