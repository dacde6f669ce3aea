#include "daemon/logging.hpp"

#include <atomic>
#include <csignal>
#include <stdexcept>

#include <fmt/format.h>
#include <spdlog/sinks/sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "daemon/log_lines.hpp"
#include "daemon/terminal.hpp"

namespace stratolite::daemon {
namespace {

// What has no object to ask: the handler of a signal.
std::atomic<LogWriter*> g_dying_words = nullptr;
static_assert(std::atomic<LogWriter*>::is_always_lock_free);
constexpr int kDeadlySignals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

void WriteDyingWords(int signal) {
  if (LogWriter* const writer = g_dying_words.exchange(nullptr)) writer->WriteRest();
  // The handler is gone (SA_RESETHAND): this is the end, with the core dump there would have been.
  std::raise(signal);
}

void CatchDeadlySignals() {
  for (const int signal : kDeadlySignals) {
    struct sigaction present {};
    sigaction(signal, nullptr, &present);
    // A sanitizer has its own.
    if ((present.sa_flags & SA_SIGINFO) != 0 || present.sa_handler != SIG_DFL) continue;
    struct sigaction ours {};
    ours.sa_handler = WriteDyingWords;
    ours.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
    sigaction(signal, &ours, nullptr);
  }
}

LineStyle StyleOf(LogFormat format, std::string default_account) {
  const bool json = format == LogFormat::kJson;
  return {json, !json && WantsColours(STDERR_FILENO), std::move(default_account)};
}

spdlog::level::level_enum ParseLevel(const std::string& level) {
  const auto parsed = spdlog::level::from_str(level == "warn" ? "warning" : level);
  if (parsed == spdlog::level::off && level != "off") {
    throw std::runtime_error(
        fmt::format("'{}' is not a log level: trace, debug, info, warning, error, critical or off.", level));
  }
  return parsed;
}

TimePoint ToTimePoint(spdlog::log_clock::time_point time) {
  return TimePoint(std::chrono::duration_cast<Duration>(time.time_since_epoch()));
}

/// spdlog's lines among those of requests. Thread-safe.
class WriterSink final : public spdlog::sinks::sink {
 public:
  WriterSink(LogWriter& writer, LineStyle style) : writer_(writer), style_(std::move(style)) {}

  void log(const spdlog::details::log_msg& message) override {
    std::string line;
    AppendMessageLine(line, style_, ToTimePoint(message.time), message.level,
                      {message.payload.data(), message.payload.size()});
    const bool urgent = message.level >= spdlog::level::warn;
    writer_.Add(line, urgent ? LogWriter::When::kNow : LogWriter::When::kSoon);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  LogWriter& writer_;
  const LineStyle style_;
};

std::string LeftOutLine(const LineStyle& style, std::uint64_t lines) {
  std::string line;
  AppendMessageLine(line, style, ToTimePoint(spdlog::log_clock::now()), spdlog::level::warn,
                    fmt::format("{} lines left out: standard error was not read fast enough", lines));
  return line;
}

}  // namespace

Logging::Logging(LogFormat format, const std::string& level, std::string default_account)
    : writer_(STDERR_FILENO, [style = StyleOf(format, {})](std::uint64_t lines) { return LeftOutLine(style, lines); }),
      requests_(writer_, StyleOf(format, std::move(default_account)), ParseLevel(level)) {
  auto logger = std::make_shared<spdlog::logger>("", std::make_shared<WriterSink>(writer_, StyleOf(format, {})));
  logger->set_level(ParseLevel(level));
  spdlog::set_default_logger(std::move(logger));
  g_dying_words = &writer_;
  CatchDeadlySignals();
}

Logging::~Logging() {
  g_dying_words = nullptr;
  // Whatever still has something to say.
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
}

void Logging::Flush() { writer_.Flush(std::chrono::seconds(1)); }

}  // namespace stratolite::daemon
