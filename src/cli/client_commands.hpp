#pragma once

#include <string>
#include <vector>

namespace stratolite::cli {

/// The commands that talk to a running daemon over its admin API. Each prints for a person and returns the exit status: 0, or 1 when the
/// daemon refused (its words go to stderr). They throw http::ClientError when no daemon answers.

/// Sends SIGTERM to the daemon that answers at `endpoint` and waits until it is gone. Refuses when that is not a stratolite of this machine.
int Stop(const std::string& endpoint);
/// `world`: empty for the default one.
int Reset(const std::string& endpoint, const std::string& world);
/// The table of services: operations built, of how many.
int Coverage(const std::string& endpoint, bool json);

struct ClockCommand {
  bool freeze = false;
  bool unfreeze = false;
  /// ISO 8601 moment, ISO 8601 duration; empty: not asked for.
  std::string set;
  std::string advance;
  double speed = 0;
};
/// Without anything asked for, prints the clock.
int Clock(const std::string& endpoint, const std::string& world, const ClockCommand& command);

}  // namespace stratolite::cli
