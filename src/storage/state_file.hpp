#pragma once

#include <filesystem>

namespace stratolite::storage {

/// Whether `file` is there. Throws StorageError when it is not a database of ours, newer than this binary, empty or cut short; or when it
/// is gone but its write-ahead log is not. Reads the header only. Blocks.
bool StateFileExists(const std::filesystem::path& file);

/// Writes an empty database under another name and renames it, so that `file` is never seen half made. Blocks.
void CreateStateFile(const std::filesystem::path& file);

/// Copies a database with what its log holds to `copy`, which has no log then. Nobody may write to `file` meanwhile; reading it and copying its log back is
/// harmless. Throws StorageError, and leaves nothing then. Blocks.
void CopyStateFile(const std::filesystem::path& file, const std::filesystem::path& copy);

}  // namespace stratolite::storage
