#pragma once

#include "stratolite/service/resources.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sqs {

/// The queues of a world and how many messages wait in them. Counting stops at half a million messages (it takes some 50 ms then) and a thousand
/// queues; messages that are too old but have not been deleted yet count. Thread-safe. Blocks.
ResourceList DescribeQueues(const ServiceDeps& deps, std::size_t most);

}  // namespace stratolite::sqs
