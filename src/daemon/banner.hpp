#pragma once

#include <string>
#include <vector>

#include "daemon/daemon.hpp"

namespace stratolite::daemon {

/// What a daemon says on standard output once it answers: where, with which data, how strict; last the word `Ready.`, which scripts wait for. In the
/// format of the log: lines for a person, or one JSON object. `auth`: what the mode in effect means. Thread-safe.
std::string Banner(const DaemonOptions& options, const std::string& endpoint, const std::vector<std::string>& bound,
                   std::string_view auth, bool colours);

}  // namespace stratolite::daemon
