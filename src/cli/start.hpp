#pragma once

#include "cli/settings.hpp"

namespace stratolite::cli {

/// Runs a daemon with these settings until it is told to stop. With `detach`, returns once it answers requests (0), or with what it said
/// when it could not start (1).
int Start(const Settings& settings, bool detach);

}  // namespace stratolite::cli
