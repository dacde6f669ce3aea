#pragma once

#include <string>
#include <unordered_map>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/ports/sent_messages.hpp"

namespace stratolite::daemon {

/// `GET /_stratolite/outbox`: emails, text messages and push notifications that the world's services sent. `query`: decoded parameters. Errors: unknown or
/// malformed parameters. Thread-safe. Blocks.
Result<Json> DescribeOutbox(ports::SentMessages& sent, const std::unordered_map<std::string, std::string>& query);

}  // namespace stratolite::daemon
