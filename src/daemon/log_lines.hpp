#pragma once

#include <string>
#include <string_view>

#include <spdlog/common.h>

#include "daemon/request_journal.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::daemon {

/// How log lines look. Plain data.
struct LineStyle {
  /// One object a line instead of text.
  bool json = false;
  bool colours = false;
  /// Text lines about it do not mention it.
  std::string default_account = {};
};

/// The level that a request's line has: what AWS would have refused as well is ordinary; what is not built is a warning, what went wrong here an error.
spdlog::level::level_enum RequestLevel(int status);

/// `2026-01-02T03:04:05.678Z info  text`, and a newline. Control characters do not get through. Thread-safe.
void AppendMessageLine(std::string& out, const LineStyle& style, TimePoint time, spdlog::level::level_enum level,
                       std::string_view text);

/// A finished request: `… POST sqs.SendMessage 200 0.4 ms 8a1c…`; then, where they tell something, the path, an object's bytes, account and world, and
/// `note` in parentheses. Never a query string: it may hold signatures and, of Query APIs, anything. Thread-safe.
void AppendRequestLine(std::string& out, const LineStyle& style, const JournalRecord& request,
                       spdlog::level::level_enum level, std::string_view note);

}  // namespace stratolite::daemon
