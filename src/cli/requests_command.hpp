#pragma once

#include <string>
#include <utility>
#include <vector>

namespace stratolite::cli {

/// What `stratolite requests` was given.
struct RequestsCommand {
  /// Go on until interrupted.
  bool follow = false;
  /// One JSON object a line.
  bool json = false;
  /// Empty ones do not narrow anything down.
  std::string service;
  std::string operation;
  std::string status;
  std::string error;
  std::string account;
  std::string world;
  int limit = 100;
};

/// Prints the daemon's last requests, one a line, and with `follow` those to come. Returns the exit status: 0, or 1 when the daemon refused (its words
/// go to stderr). Throws http::ClientError when none answers (any more).
int Requests(const std::string& endpoint, const RequestsCommand& command);

}  // namespace stratolite::cli
