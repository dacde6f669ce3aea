#pragma once

#include <string>

#include "events/event.hpp"
#include "events/model.hpp"

namespace stratolite::events {

/// What a target receives of an event: the whole of it, or what the target's Input, InputPath or InputTransformer makes of it. Thread-safe.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
std::string InputFor(const Event& event, const Rule& rule, const Target& target);

/// The target's HttpParameters with every value that is a path of JSON into the event (`$.detail.id`) replaced by what lies there. Null: none.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html#dynamic-path-parameters
Json HttpParametersFor(const Event& event, const Target& target);

}  // namespace stratolite::events
