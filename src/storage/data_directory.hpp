#pragma once

#include <filesystem>

namespace stratolite::storage {

/// A directory that one process holds: created 0700 when missing, locked until destruction, and removed then if it is ephemeral.
/// Thread-safe. Blocks.
class DataDirectory {
 public:
  /// Throws StorageError: cannot be created, or held by another process (the message names its pid). One of MakeEphemeralOnDisk is ephemeral.
  static DataDirectory Hold(const std::filesystem::path& path);
  /// A new private directory in memory where the system has such a place with room (a container's default of 64 MiB is none), else under the temporary
  /// directory. What killed processes left there is removed.
  static DataDirectory HoldEphemeral();

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  const std::filesystem::path& path() const { return path_; }
  bool ephemeral() const { return ephemeral_; }
  /// It stays, whatever it is: for those who only look.
  void Keep() { ephemeral_ = false; }

 private:
  DataDirectory(std::filesystem::path path, int lock, bool ephemeral)
      : path_(std::move(path)), lock_(lock), ephemeral_(ephemeral) {}

  std::filesystem::path path_;
  int lock_;
  bool ephemeral_;
};

/// Makes a private directory on a disk, not in memory, under the temporary directory: who holds it removes it. What killed processes left there is removed.
/// Throws StorageError when every such place is memory. Blocks.
std::filesystem::path MakeEphemeralOnDisk();

}  // namespace stratolite::storage
