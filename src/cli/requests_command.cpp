#include "cli/requests_command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "cli/admin_page.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::cli {
namespace {

// Below the time that one request to the admin API may take.
constexpr int kWaitSeconds = 20;

std::string PageOf(const RequestsCommand& command, const std::optional<std::uint64_t>& since) {
  std::string page = fmt::format("requests?limit={}", command.limit);
  for (const auto& [name, value] : {std::pair<const char*, const std::string&>{"service", command.service},
                                    {"operation", command.operation},
                                    {"status", command.status},
                                    {"error", command.error},
                                    {"account", command.account},
                                    {"world", command.world}}) {
    if (!value.empty()) page += fmt::format("&{}={}", name, PercentEncode(value));
  }
  if (since) page += fmt::format("&since={}&wait={}", *since, kWaitSeconds);
  return page;
}

std::string Shown(const Json& request, const char* field) {
  const auto found = request.find(field);
  return found == request.end() || found->is_null() ? "-" : Plain(*found);
}

void PrintRequest(const Json& request) {
  const std::string time = Shown(request, "time");
  // The time of day: who looks at the last thousand requests knows the date.
  const std::string of_day = time.size() > 20 ? time.substr(11, time.size() - 12) : time;
  const double milliseconds = static_cast<double>(request.value("duration_us", std::int64_t{0})) / 1000;
  std::string error = request.value("error", Json()).is_null() ? "" : "  " + Shown(request, "error");
  for (const char* field : {"denied", "would_deny"}) {
    const auto found = request.find(field);
    if (found == request.end()) continue;
    error += fmt::format("  {}: {} on {}: {}", field == std::string_view("denied") ? "denied" : "would be denied",
                         Shown(*found, "action"), Shown(*found, "resource"), Shown(*found, "reason"));
  }
  fmt::print("{:<12} {} {:>9.2f} {:<12} {:<32} {} {}  {}{}\n", of_day, Shown(request, "status"), milliseconds,
             Shown(request, "account"), Shown(request, "service") + "." + Shown(request, "operation"),
             Shown(request, "method"), Shown(request, "target"), Shown(request, "request_id"), error);
}

}  // namespace

int Requests(const std::string& endpoint, const RequestsCommand& command) {
  if (!command.json) {
    fmt::print("{:<12} {:<3} {:>9} {:<12} {:<32} {}\n", "time", "", "ms", "account", "operation",
               "request, request id, error");
  }
  std::optional<std::uint64_t> since;
  do {
    const auto page = Ask(endpoint, "GET", PageOf(command, since));
    if (!page) return 1;
    for (const Json& request : page->at("requests")) {
      if (command.json) {
        fmt::print("{}\n", request.dump());
      } else {
        PrintRequest(request);
      }
    }
    std::fflush(stdout);
    since = page->at("next").get<std::uint64_t>();
  } while (command.follow);
  return 0;
}

}  // namespace stratolite::cli
