#pragma once

#include <string>
#include <string_view>

#include "sns/model.hpp"
#include "stratolite/base/result.hpp"

/// Where SNS delivers to: which endpoints each protocol takes. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
namespace stratolite::sns {

Result<void> CheckProtocol(std::string_view protocol);
/// Form only, and what FIFO topics take.
Result<void> CheckEndpoint(const Topic& topic, std::string_view protocol, const std::string& endpoint);
/// `+14155550100`
bool IsPhoneNumber(std::string_view text);

}  // namespace stratolite::sns
