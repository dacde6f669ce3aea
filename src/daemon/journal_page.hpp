#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "daemon/request_journal.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::daemon {

/// What `GET /_stratolite/requests?…` asks for. Plain data.
struct JournalQuestion {
  JournalFilter filter;
  /// How long to wait for something to show; zero: not at all.
  std::chrono::milliseconds wait{0};
};

/// Reads the query string. Errors: unknown parameters, values that cannot be read; the message says which. Thread-safe.
Result<JournalQuestion> ParseJournalQuestion(std::string_view query);
/// `{"requests":[…],"next":N}`. Thread-safe.
Json DescribeJournal(const RequestJournal::Page& page);
/// A request's target as the journal keeps it: without what a presigned query says about its signature, and of the Query protocols without any parameters, which may hold secrets.
/// The view of `target` itself when nothing is to be left out, else of `scratch`. Thread-safe.
std::string_view JournalTarget(std::string_view target, bool parameters, std::string& scratch);

}  // namespace stratolite::daemon
