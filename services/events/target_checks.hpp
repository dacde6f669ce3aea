#pragma once

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::events {

/// The rules of PutTargets that the model does not express, for a whole list; ValidationException in AWS's words.
/// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
Result<void> CheckTargets(const Json& targets);

}  // namespace stratolite::events
