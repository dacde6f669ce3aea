#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace stratolite::storage {

/// A place in the log of a database that is not as it was written, although whole transactions follow it: SQLite would drop them without a word. An end that
/// a killed process did not finish is no damage.
struct LogDamage {
  /// From 1; 0: the log's header.
  std::uint64_t page = 0;
  std::uint64_t transactions_behind = 0;
};

/// nullopt: there is no log, or it is whole. Nobody may write meanwhile. Reads all of it. Throws StorageError. Blocks.
std::optional<LogDamage> FindLogDamage(const std::filesystem::path& file);

/// Makes the log of a copy such that SQLite reads on past what is damaged: every page in it counts, as it is now. For what salvages afterwards. Throws
/// StorageError.
void MendLog(const std::filesystem::path& file);

/// Throws StorageError that says what to do when the log of `file` is damaged; when the machine was started anew since it was written a power cut may
/// have torn it, of which nothing else was promised: that is logged.
void RefuseDamagedLog(const std::filesystem::path& file);

}  // namespace stratolite::storage
