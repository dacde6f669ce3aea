#pragma once

#include <string>
#include <vector>

#include "sqs/model.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::sqs {

/// A message as ReceiveMessage returns it, without the receipt handle: system attributes by name or `All`, message attributes by filter.
Json DescribeMessage(const Message& message, const std::vector<std::string>& system_attributes,
                     const std::vector<std::string>& message_attributes);

}  // namespace stratolite::sqs
