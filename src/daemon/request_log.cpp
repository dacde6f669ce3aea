#include "daemon/request_log.hpp"

#include <string>

namespace stratolite::daemon {
namespace {

/// What to do about an answer that nobody wants.
std::string_view Advice(const JournalRecord& request) {
  if (request.status == 501) return "not built; 'stratolite coverage --json' lists what is";
  if (request.error == "InternalFailure" || request.error == "InternalError")
    return "the line with this request id says why; 'stratolite doctor' looks at the machine";
  return {};
}

}  // namespace

void RequestLog::Add(const JournalRecord& request, spdlog::level::level_enum level, std::string_view note) {
  if (!Wants(level)) return;
  thread_local std::string line;
  line.clear();
  AppendRequestLine(line, style_, request, level, note.empty() && request.status >= 500 ? Advice(request) : note);
  writer_.Add(line, level >= spdlog::level::warn ? LogWriter::When::kNow : LogWriter::When::kSoon);
}

}  // namespace stratolite::daemon
