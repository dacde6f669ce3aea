#pragma once

#include "stratolite/base/json.hpp"

namespace stratolite::patterns {

/// Whether a valid event pattern matches an event, found out the slow and obvious way: everything is multiplied out, every combination of values is tried.
/// Knows no text that is not ASCII when case does not matter. Thread-safe.
bool ReferenceMatches(const Json& pattern, const Json& event);

}  // namespace stratolite::patterns
