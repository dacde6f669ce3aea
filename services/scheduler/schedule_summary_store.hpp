#pragma once

#include <cstddef>

#include "stratolite/service/resources.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::scheduler {

/// Schedules, those with most unfinished calls first, for `stratolite status`. Thread-safe. Blocks.
ResourceList DescribeSchedules(const ServiceDeps& deps, std::size_t most);

}  // namespace stratolite::scheduler
