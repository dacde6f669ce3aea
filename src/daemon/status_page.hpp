#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/request_statistics.hpp"
#include "daemon/universes.hpp"
#include "stratolite/base/json_fwd.hpp"

namespace stratolite::daemon {

/// What the status page tells about beside the world; what is referred to outlives it. Plain data.
struct StatusSources {
  std::chrono::steady_clock::time_point started;
  /// Null: requests are not counted.
  const RequestStatistics* statistics = nullptr;
  /// `http://localhost:4566`, and the addresses that are bound.
  std::string endpoint;
  std::vector<std::string> addresses;
};

/// `GET /_stratolite/status`, but for what the health page says too: uptime, the process, the data directory, the worlds, requests by service and
/// operation, and what the services of `universe` hold. Takes as long as its services take to count, which is bounded. Thread-safe. Blocks.
Json DescribeStatus(const StatusSources& sources, Universes& universes, const Universe& universe,
                    const std::string& data_dir);

}  // namespace stratolite::daemon
