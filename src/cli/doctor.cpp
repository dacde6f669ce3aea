#include "cli/doctor.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "http/admin_client.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::cli {
namespace {

constexpr std::uintmax_t kLittleSpaceMiB = 100;
/// As much as the store asks of it: src/storage/data_directory.cpp.
constexpr std::uintmax_t kRoomyMemoryMiB = 512;
constexpr rlim_t kFewDescriptors = 4096;

class Report {
 public:
  void Ok(const std::string& text) { fmt::print("ok       {}\n", text); }
  void Note(const std::string& text) { fmt::print("note     {}\n", text); }
  void Problem(const std::string& text) {
    fmt::print("problem  {}\n", text);
    failed_ = true;
  }
  int exit_status() const { return failed_ ? 1 : 0; }

 private:
  bool failed_ = false;
};

int TryBind(int family, std::uint16_t port) {
  const int socket_fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return errno;
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int result = 0;
  if (family == AF_INET) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    result = bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = in6addr_loopback;
    result = bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  const int error = result == 0 ? 0 : errno;
  close(socket_fd);
  return error;
}

bool CheckRunning(Report& report, const std::string& endpoint) {
  try {
    const auto response = http::Request(endpoint, "GET", "/_stratolite/health", {}, std::chrono::seconds(3));
    const Json health = Json::parse(response.body, nullptr, false);
    if (response.status == 200 && health.is_object() && health.contains("pid")) {
      report.Ok(fmt::format("a daemon answers at {} (process {})", endpoint, health["pid"].dump()));
    } else {
      report.Problem(fmt::format("something else than stratolite answers at {}: choose another --port", endpoint));
    }
    return true;
  } catch (const http::ClientError&) {
    report.Note(fmt::format("no daemon answers at {}", endpoint));
    return false;
  }
}

void CheckPort(Report& report, std::uint16_t port) {
  const int v4 = TryBind(AF_INET, port);
  const int v6 = TryBind(AF_INET6, port);
  if (v4 != 0) {
    report.Problem(fmt::format("cannot listen on 127.0.0.1:{}: {}; choose another --port", port, std::strerror(v4)));
  } else if (v6 == EADDRINUSE) {
    report.Problem(
        fmt::format("[::1]:{} is taken: clients that resolve localhost to ::1 would reach another program", port));
  } else if (v6 != 0) {
    report.Note("this machine has no IPv6 loopback: the daemon listens on 127.0.0.1 only");
  } else {
    report.Ok(fmt::format("port {} is free on 127.0.0.1 and ::1", port));
  }
}

void CheckDirectory(Report& report, const Settings& settings) {
  namespace fs = std::filesystem;
  fs::path place = settings.ephemeral ? fs::path("/dev/shm") : settings.data_dir;
  std::error_code ignored;
  while (!place.empty() && !fs::exists(place, ignored) && place.has_relative_path()) place = place.parent_path();
  if (access(place.c_str(), W_OK | X_OK) != 0) {
    return report.Problem(fmt::format("{} is not writable: choose another --data-dir", place.string()));
  }
  const auto space = fs::space(place, ignored);
  const auto mebibytes = space.available >> 20;
  const std::string what =
      settings.ephemeral ? "memory-backed files" : fmt::format("data directory {}", settings.data_dir.string());
  if (settings.ephemeral && mebibytes < kRoomyMemoryMiB) {
    report.Note(fmt::format("/dev/shm has {} MiB: ephemeral state lies in the temporary directory instead", mebibytes));
  } else if (mebibytes < kLittleSpaceMiB) {
    report.Problem(fmt::format("{}: only {} MiB left", what, mebibytes));
  } else {
    report.Ok(fmt::format("{}: writable, {} MiB free", what, mebibytes));
  }
}

void CheckDescriptors(Report& report) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < kFewDescriptors) {
    report.Note(fmt::format("at most {} open files (ulimit -n): about as many connections", limit.rlim_max));
  } else {
    report.Ok(fmt::format("{} open files allowed", limit.rlim_max));
  }
}

void CheckAwsCli(Report& report) {
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path == nullptr ? "" : path; !rest.empty();) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string candidate = std::string(rest.substr(0, colon)) + "/aws";
    if (access(candidate.c_str(), X_OK) == 0) return report.Ok(fmt::format("AWS CLI at {}", candidate));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  report.Note("no AWS CLI in PATH: 'stratolite aws' needs one (pip install awscli)");
}

}  // namespace

int Doctor(const Settings& settings, const std::string& endpoint) {
  Report report;
  if (!CheckRunning(report, endpoint)) {
    if (settings.port != 0) CheckPort(report, settings.port);
    CheckDirectory(report, settings);
  }
  CheckDescriptors(report);
  CheckAwsCli(report);
  return report.exit_status();
}

}  // namespace stratolite::cli
