#pragma once

#include <cstddef>

#include "stratolite/service/resources.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Event buses with their rules and targets, those with most rules first, for `stratolite status`. Thread-safe. Blocks.
ResourceList DescribeBuses(const ServiceDeps& deps, std::size_t most);

}  // namespace stratolite::events
