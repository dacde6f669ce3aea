#include "daemon/logging.hpp"

#include <iterator>
#include <stdexcept>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::daemon {
namespace {

/// One JSON object a line. Not thread-safe; the sink locks.
class JsonLineFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto time = std::chrono::time_point_cast<Duration>(message.time);
    const auto level = spdlog::level::to_string_view(message.level);
    const Json line{
        {"time", FormatIso8601(TimePoint(time.time_since_epoch()), true)},
        {"level", std::string(level.data(), level.size())},
        {"message", std::string(message.payload.data(), message.payload.size())},
    };
    fmt::format_to(std::back_inserter(out), "{}\n", line.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonLineFormatter>(); }
};

}  // namespace

void ConfigureLogging(LogFormat format, const std::string& level) {
  const auto parsed = spdlog::level::from_str(level == "warn" ? "warning" : level);
  if (parsed == spdlog::level::off && level != "off") {
    throw std::runtime_error(
        fmt::format("'{}' is not a log level: trace, debug, info, warning, error, critical or off.", level));
  }
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("", std::move(sink));
  if (format == LogFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonLineFormatter>());
  } else {
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %v", spdlog::pattern_time_type::utc);
  }
  logger->set_level(parsed);
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace stratolite::daemon
