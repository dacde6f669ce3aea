#pragma once

#include <string>

#include "daemon/daemon.hpp"

namespace stratolite::daemon {

/// Sends spdlog's default logger to stderr, in the format asked for. Throws std::runtime_error for an unknown level.
void ConfigureLogging(LogFormat format, const std::string& level);

}  // namespace stratolite::daemon
