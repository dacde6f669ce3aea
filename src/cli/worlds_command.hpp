#pragma once

#include <string>

namespace stratolite::cli {

/// What `stratolite worlds fork` and `create` were given.
struct WorldCommand {
  /// Of which a copy is made.
  std::string from = "default";
  /// Empty: the daemon finds one.
  std::string name;
  /// Empty: the parent's.
  std::string account;
  bool json = false;
  /// Prints the variables of an AWS client in the new world, as commands of this shell; empty: a table.
  std::string shell;
};

/// The commands about worlds. They return the exit status: 0, or 1 when the daemon refused (its words go to stderr); they throw http::ClientError
/// when no daemon answers.
int ListWorlds(const std::string& endpoint, bool json);
int ForkWorld(const std::string& endpoint, const std::string& region, const WorldCommand& command);
int CreateWorld(const std::string& endpoint, const std::string& region, const WorldCommand& command);
/// Key and secret of one that is there.
int ShowWorld(const std::string& endpoint, const std::string& region, const WorldCommand& command);
int DeleteWorld(const std::string& endpoint, const std::string& name);

}  // namespace stratolite::cli
