#pragma once

#include <filesystem>
#include <string>

namespace stratolite::cli {

/// Prints why a request was refused, for a person: what it needed, what was looked at, what lacks. Returns the exit status: 0, or 1 when the daemon knows
/// of no such request. Throws http::ClientError when none answers.
int Why(const std::string& endpoint, const std::string& request_id, bool json);

/// What `stratolite learn` was given.
struct LearnCommand {
  std::string world;
  bool json = false;
  /// A file for each principal's policy; empty: all go to stdout.
  std::filesystem::path directory;
};
int StartLearning(const std::string& endpoint, const LearnCommand& command);
/// Prints or writes the policies of what was done since the start. Throws std::runtime_error when a file cannot be written.
int StopLearning(const std::string& endpoint, const LearnCommand& command);

}  // namespace stratolite::cli
