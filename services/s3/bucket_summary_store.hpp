#pragma once

#include "stratolite/service/resources.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// The buckets of a world, with the number and the bytes of their current objects. Counting stops at a quarter of a million objects and a
/// thousand buckets. Thread-safe. Blocks.
ResourceList DescribeBuckets(const ServiceDeps& deps, std::size_t most);

}  // namespace stratolite::s3
