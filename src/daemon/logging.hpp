#pragma once

#include <memory>
#include <string>

#include "daemon/daemon.hpp"
#include "daemon/request_log.hpp"

namespace stratolite::daemon {

/// The daemon's log on standard error, while it lives: spdlog's default logger, and a line per request. What waits to be written goes out when it is
/// destroyed, and when the process dies by SIGABRT, SIGSEGV and the like. One at a time. Thread-safe.
class Logging {
 public:
  /// `default_account`: text lines mention other accounts only. Throws std::runtime_error for an unknown level.
  Logging(LogFormat format, const std::string& level, std::string default_account);
  ~Logging();
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  RequestLog& requests() { return requests_; }
  /// Before the process ends without destroying this.
  void Flush();

 private:
  LogWriter writer_;
  RequestLog requests_;
};

}  // namespace stratolite::daemon
