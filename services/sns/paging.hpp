#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// As many as SNS lists at once. https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
inline constexpr std::int64_t kPageSize = 100;

/// What the call's `NextToken` says the list goes on after; empty: it begins. `member`: its name.
Result<std::string> ReadToken(const Call& call, std::string_view member = "NextToken");
/// The same for lists that go on after a number; 0: it begins.
Result<std::int64_t> ReadNumberToken(const Call& call, std::string_view member = "NextToken");
/// Opaque to the client.
std::string MakeToken(std::string_view after);

}  // namespace stratolite::sns
