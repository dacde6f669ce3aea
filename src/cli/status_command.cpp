#include "cli/status_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

#include "cli/admin_page.hpp"
#include "cli/screen.hpp"
#include "daemon/terminal.hpp"
#include "http/admin_client.hpp"

namespace stratolite::cli {
namespace {

// So many rows has a page that is no screen.
constexpr std::size_t kPlainRows = 60;
constexpr auto kStatusPatience = std::chrono::seconds(5);

std::optional<Json> AskStatus(const std::string& endpoint, const StatusCommand& command) {
  return Ask(endpoint, "GET", InWorld("status", command.world), nullptr, kStatusPatience);
}

std::string TimeOfDay() {
  // A corner of the screen: real time.
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

void Print(const std::vector<ViewLine>& lines) {
  const bool colours = daemon::WantsColours(STDOUT_FILENO);
  for (const auto& [text, heading] : lines)
    fmt::print("{}{}{}\n", colours && heading ? "\x1b[1m" : "", text, colours && heading ? "\x1b[0m" : "");
  std::fflush(stdout);
}

int TopAsText(const std::string& endpoint, const StatusCommand& command) {
  while (true) {
    const auto status = AskStatus(endpoint, command);
    if (!status) return 1;
    Print(TopView(*status, kPlainRows, TimeOfDay()));
    if (command.once) return 0;
    fmt::print("\n");
    std::this_thread::sleep_for(std::chrono::duration<double>(command.interval));
  }
}

}  // namespace

int Status(const std::string& endpoint, const StatusCommand& command) {
  const auto status = AskStatus(endpoint, command);
  if (!status) return 1;
  if (command.json) {
    fmt::print("{}\n", status->dump(2));
  } else {
    Print(StatusView(*status));
  }
  return 0;
}

int Top(const std::string& endpoint, const StatusCommand& command) {
  const bool terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (command.once || !terminal) return TopAsText(endpoint, command);
  // Whoever cannot be asked at all is told so as everywhere, not on a screen that vanishes.
  auto status = AskStatus(endpoint, command);
  if (!status) return 1;
  const auto interval = std::chrono::milliseconds(static_cast<std::int64_t>(command.interval * 1000));
  Screen screen;
  std::string trouble;
  do {
    auto lines = TopView(*status, screen.size().rows, TimeOfDay());
    if (!trouble.empty()) lines.front() = {fmt::format("{}  {}  q: quit", trouble, TimeOfDay()), true};
    screen.Show(lines);
    if (!screen.Wait(interval)) return 0;
    try {
      if (auto fresh = AskStatus(endpoint, command)) status = std::move(fresh);
      trouble.clear();
    } catch (const http::ClientError& error) {
      trouble = error.what();
    }
  } while (true);
}

}  // namespace stratolite::cli
