#pragma once

#include <string_view>

#include "daemon/log_lines.hpp"
#include "daemon/log_writer.hpp"
#include "daemon/request_journal.hpp"

namespace stratolite::daemon {

/// One line per finished request (docs/logging.md). `writer` outlives it. Thread-safe.
class RequestLog {
 public:
  /// `least`: lines below this level are not written.
  RequestLog(LogWriter& writer, LineStyle style, spdlog::level::level_enum least)
      : writer_(writer), style_(std::move(style)), least_(least) {}

  /// Whether a request that ended so has a line: what Add needs is made for nothing otherwise.
  bool Wants(int status) const { return Wants(RequestLevel(status)); }
  bool Wants(spdlog::level::level_enum level) const { return level >= least_; }
  void Add(const JournalRecord& request) { Add(request, RequestLevel(request.status), {}); }
  /// `note`: what to say beside the record, for whoever reads it.
  void Add(const JournalRecord& request, spdlog::level::level_enum level, std::string_view note);

 private:
  LogWriter& writer_;
  const LineStyle style_;
  const spdlog::level::level_enum least_;
};

}  // namespace stratolite::daemon
