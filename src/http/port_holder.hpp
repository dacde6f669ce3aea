#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stratolite::http {

/// Who listens on a TCP port of this machine. Plain data.
struct PortHolder {
  /// 0: nobody, or somebody whose processes we may not look at.
  int pid = 0;
  /// The name of its program.
  std::string name = {};
};

/// Looks through /proc: for error messages. Thread-safe. Blocks.
PortHolder FindPortHolder(std::uint16_t port);

/// What to say, and what to do, when a port is taken. Thread-safe.
std::string PortTakenMessage(std::uint16_t port, const PortHolder& holder);

}  // namespace stratolite::http
