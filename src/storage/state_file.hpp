#pragma once

#include <filesystem>

namespace stratolite::storage {

/// Half of SQLite's default: a small transaction writes whole pages to the log, and those bytes are what it costs most.
inline constexpr int kPageSize = 2048;

/// Whether `file` is there. Throws StorageError when it is not a database of ours, newer than this binary, empty or cut short; or when it
/// is gone but its write-ahead log is not. Reads the header only. Blocks.
bool StateFileExists(const std::filesystem::path& file);

/// A database of a newer format: nothing to mend.
bool IsNewerState(const std::filesystem::path& file) noexcept;

/// Writes an empty database under another name and renames it, so that `file` is never seen half made. `durably`: it and the way to it survive a power
/// cut; otherwise it is marked (unsynced_mark.hpp). Throws StorageError. Blocks.
void CreateStateFile(const std::filesystem::path& file, bool durably);

}  // namespace stratolite::storage
