#include "cli/client_commands.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "cli/admin_page.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::cli {
namespace {

constexpr auto kStopTimeout = std::chrono::seconds(30);
// Advancing the clock waits for endpoints that are called meanwhile, each try as long as it takes.
constexpr auto kClockTimeout = std::chrono::seconds(600);
constexpr auto kStopPoll = std::chrono::milliseconds(10);

bool IsStratolite(pid_t pid) {
  std::ifstream name(fmt::format("/proc/{}/comm", pid));
  std::string text;
  return std::getline(name, text) && text.starts_with("stratolite");
}

}  // namespace

int Stop(const std::string& endpoint) {
  const auto health = Ask(endpoint, "GET", "health");
  if (!health) return 1;
  const auto pid = static_cast<pid_t>(health->value("pid", 0));
  if (pid <= 1 || !IsStratolite(pid)) {
    fmt::print(stderr,
               "stratolite: what answers at {} is not a stratolite process of this machine: stop it where it runs\n",
               endpoint);
    return 1;
  }
  if (kill(pid, SIGTERM) != 0) {
    fmt::print(stderr, "stratolite: may not stop process {}: it belongs to another user\n", pid);
    return 1;
  }
  const auto deadline = std::chrono::steady_clock::now() + kStopTimeout;
  while (kill(pid, 0) == 0 && IsStratolite(pid)) {
    if (std::chrono::steady_clock::now() > deadline) {
      fmt::print(stderr, "stratolite: process {} still runs after {} seconds\n", pid, kStopTimeout.count());
      return 1;
    }
    std::this_thread::sleep_for(kStopPoll);
  }
  fmt::print("Stopped (process {}).\n", pid);
  return 0;
}

int Reset(const std::string& endpoint, const std::string& world) {
  if (!Ask(endpoint, "POST", InWorld("reset", world), Json::object())) return 1;
  fmt::print("Everything is gone: the world is empty.\n");
  return 0;
}

int Coverage(const std::string& endpoint, bool json) {
  const auto coverage = Ask(endpoint, "GET", "coverage");
  if (!coverage) return 1;
  if (json) {
    fmt::print("{}\n", coverage->dump(2));
    return 0;
  }
  fmt::print("{:<16} {:>6} {:>6}\n", "service", "built", "of");
  for (const auto& [name, service] : coverage->at("services").items()) {
    fmt::print("{:<16} {:>6} {:>6}\n", name, service.value("built", 0), service.value("total", 0));
  }
  return 0;
}

int Clock(const std::string& endpoint, const std::string& world, const ClockCommand& command) {
  Json change = Json::object();
  if (command.freeze) change["freeze"] = true;
  if (command.unfreeze) change["freeze"] = false;
  if (!command.set.empty()) change["set"] = command.set;
  if (!command.advance.empty()) change["advance"] = command.advance;
  if (command.speed != 0) change["speed"] = command.speed;
  const std::string page = InWorld("clock", world);
  const auto clock = change.empty() ? Ask(endpoint, "GET", page) : Ask(endpoint, "POST", page, change, kClockTimeout);
  if (!clock) return 1;
  for (const auto& [key, value] : clock->items()) fmt::print("{:<8} {}\n", key, Plain(value));
  return 0;
}

}  // namespace stratolite::cli
