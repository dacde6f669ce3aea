#include "daemon/banner.hpp"

#include <chrono>

#include <fmt/format.h>
#include <unistd.h>

#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::daemon {

std::string Banner(const DaemonOptions& options, const std::string& endpoint, const std::vector<std::string>& bound,
                   std::string_view auth, bool colours) {
  const bool persistent = !options.ephemeral && !options.data_dir.empty();
  if (options.log_format == LogFormat::kJson) {
    // As the log has it: real time.
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    const Json line{{"time", FormatIso8601(now, true)},
                    {"level", "info"},
                    {"message", "Ready."},
                    {"version", STRATOLITE_VERSION},
                    {"pid", static_cast<std::int64_t>(::getpid())},
                    {"endpoint", endpoint},
                    {"addresses", bound},
                    {"data_dir", persistent ? Json(options.data_dir.string()) : Json()},
                    {"auth", auth},
                    {"account", options.default_account},
                    {"region", options.default_region}};
    return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  const std::string_view bold = colours ? "\x1b[1m" : "";
  const std::string_view green = colours ? "\x1b[32m" : "";
  const std::string_view plain = colours ? "\x1b[0m" : "";
  return fmt::format(
      "{0}Stratolite {3}{2}\n"
      "  endpoint  {0}{4}{2} ({5})\n"
      "  data      {6}\n"
      "  auth      {7}\n"
      "  account   {8}, region {9} for requests that do not say\n"
      "{1}Ready.{2}\n",
      bold, green, plain, STRATOLITE_VERSION, endpoint, fmt::join(bound, ", "),
      persistent ? fmt::format("{}, kept", options.data_dir.string()) : "in memory, gone at exit", auth,
      options.default_account, options.default_region);
}

}  // namespace stratolite::daemon
