#include "http/port_holder.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace stratolite::http {
namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t kDefaultPort = 4566;
// In the tables of the kernel; include/net/tcp_states.h
constexpr std::string_view kListening = "0A";

/// The sockets that listen on a port, by inode, as `socket:[4711]`.
std::set<std::string> ListeningSockets(std::uint16_t port) {
  std::set<std::string> sockets;
  const std::string wanted = fmt::format(":{:04X}", port);
  for (const char* const table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    std::string line;
    while (std::getline(file, line)) {
      std::istringstream fields(line);
      std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
      if (state == kListening && local.ends_with(wanted)) sockets.insert(fmt::format("socket:[{}]", inode));
    }
  }
  return sockets;
}

bool Holds(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code error;
  for (fs::directory_iterator at(process / "fd", error), end; !error && at != end; at.increment(error)) {
    std::error_code unreadable;
    if (sockets.contains(fs::read_symlink(at->path(), unreadable).string())) return true;
  }
  return false;
}

}  // namespace

PortHolder FindPortHolder(std::uint16_t port) {
  const std::set<std::string> sockets = ListeningSockets(port);
  if (sockets.empty()) return {};
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    int pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    if (!Holds(at->path(), sockets)) continue;
    PortHolder holder{.pid = pid};
    std::ifstream comm(at->path() / "comm");
    std::getline(comm, holder.name);
    return holder;
  }
  return {};
}

std::string PortTakenMessage(std::uint16_t port, const PortHolder& holder) {
  const std::string other = fmt::format("take another port: 'stratolite start --port {}', or 0 for any",
                                        port == UINT16_MAX ? port - 1 : port + 1);
  if (holder.pid == 0) {
    return fmt::format("Port {} is taken, by a process of another user or container. Stop it, or {}.", port, other);
  }
  if (!holder.name.starts_with("stratolite"))
    return fmt::format("Port {} is taken by process {} ({}). Stop it, or {}.", port, holder.pid, holder.name, other);
  const std::string endpoint = port == kDefaultPort ? "" : fmt::format(" --endpoint http://localhost:{}", port);
  return fmt::format(
      "Port {0} is taken: Stratolite is running already, as process {1}. 'stratolite status{2}' tells about it, "
      "'stratolite stop{2}' ends it; or {3}.",
      port, holder.pid, endpoint, other);
}

}  // namespace stratolite::http
