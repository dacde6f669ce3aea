#pragma once

#include <filesystem>
#include <string>

namespace stratolite::cli {

struct SnapshotCommand {
  /// Relative to the working directory; the daemon is told the absolute path.
  std::filesystem::path file;
  /// Empty: the default one.
  std::string world;
  /// Loading only: the name of a new world; empty: `world` is replaced.
  std::string as;
};

/// Writes a world to a file of the daemon's machine. Returns the exit status: 0, or 1 when the daemon refused (its words go to stderr). Throws
/// http::ClientError when none answers.
int SaveSnapshot(const std::string& endpoint, const SnapshotCommand& command);
/// Replaces a world by what a file holds, or makes a new one of it.
int LoadSnapshot(const std::string& endpoint, const SnapshotCommand& command);

}  // namespace stratolite::cli
