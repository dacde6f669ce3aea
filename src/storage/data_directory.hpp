#pragma once

#include <filesystem>

namespace stratolite::storage {

/// A directory that one process holds: created 0700 when missing, locked until destruction, and removed then if it is ephemeral.
/// Thread-safe. Blocks.
class DataDirectory {
 public:
  /// Throws StorageError: cannot be created, or held by another process (the message names its pid).
  static DataDirectory Hold(const std::filesystem::path& path);
  /// A new private directory in memory where the system has such a place, else under the temporary directory. What killed processes
  /// left there is removed.
  static DataDirectory HoldEphemeral();

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  const std::filesystem::path& path() const { return path_; }
  bool ephemeral() const { return ephemeral_; }

 private:
  DataDirectory(std::filesystem::path path, int lock, bool ephemeral)
      : path_(std::move(path)), lock_(lock), ephemeral_(ephemeral) {}

  std::filesystem::path path_;
  int lock_;
  bool ephemeral_;
};

}  // namespace stratolite::storage
