#pragma once

#include <string>

#include "cli/status_view.hpp"

namespace stratolite::cli {

/// What `stratolite status` and `stratolite top` were given.
struct StatusCommand {
  /// Whose queues and buckets; empty: the default one.
  std::string world;
  bool json = false;
  /// top: seconds between two looks, and whether the first is the last.
  double interval = 1;
  bool once = false;
};

/// What a running daemon is and does: where, with which data, requests by service, queues, buckets. Returns the exit status: 0, or 1 when the daemon
/// refused (its words go to stderr). Throws http::ClientError when none answers.
int Status(const std::string& endpoint, const StatusCommand& command);

/// The same again and again: in a terminal over and over on a screen of its own, until `q` or a signal, also while no daemon answers; elsewhere as
/// text, one after the other. Returns and throws as Status does. Before any other thread exists.
int Top(const std::string& endpoint, const StatusCommand& command);

}  // namespace stratolite::cli
