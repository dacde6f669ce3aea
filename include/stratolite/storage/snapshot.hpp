#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "stratolite/storage/blob_store.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

/// What a snapshot holds.
struct SnapshotSummary {
  /// As given to SaveSnapshot.
  std::string about;
  /// Bodies that are files of their own.
  std::uint64_t blobs = 0;
  /// Of the file.
  std::uint64_t bytes = 0;
};

/// Writes one moment of a world, rows and blobs, to one file, while the world is used. `about` comes back when it is loaded: what the caller wants to
/// know of the world. `pool` is the one that has the world's store. Written aside, brought to the disk and renamed: what was there stays until the new one is whole.
/// Throws StorageError. Blocks.
SnapshotSummary SaveSnapshot(Database& db, BlobPool& pool, const std::filesystem::path& file, std::string_view about);

/// Clears up after processes that were killed while they saved: their work places in a pool's `directory`, and their drafts beside the targets. Nothing
/// may be saving with a pool of that directory. Failures are ignored: the next start tries again. Blocks.
void RemoveUnfinishedSnapshots(const std::filesystem::path& directory);

/// Makes a world out of a snapshot: its database in `directory` (which is there and has none), for Database::Open, and its large bodies in `pool`. All or
/// nothing: a file that is no snapshot, cut short, damaged or of a newer format changes nothing. Hold the pool's files until the new world has
/// its store. Throws StorageError. Blocks.
SnapshotSummary LoadSnapshot(const std::filesystem::path& file, const std::filesystem::path& directory, BlobPool& pool);

/// Reads its beginning only. Throws StorageError as LoadSnapshot. Blocks.
std::string ReadSnapshotAbout(const std::filesystem::path& file);

}  // namespace stratolite::storage
