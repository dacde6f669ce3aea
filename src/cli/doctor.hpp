#pragma once

#include <string>

#include "cli/settings.hpp"

namespace stratolite::cli {

/// Looks at what a daemon with these settings would need, prints a line each (`ok`, `note`, `problem` and what to do), and returns 1 if there
/// is a problem. Changes nothing.
int Doctor(const Settings& settings, const std::string& endpoint);

}  // namespace stratolite::cli
