#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/blob_files.hpp"

namespace stratolite::storage {

/// Everything that lies below `blobs`, for `stratolite doctor`. Plain data.
struct BlobDirectory {
  /// Files in their places, by number, with their sizes.
  std::unordered_map<FileId, std::uint64_t> files;
  /// What was being written.
  std::vector<std::filesystem::path> drafts;
  /// What no pool puts there.
  std::vector<std::filesystem::path> strangers;
  /// nullopt: there is no `next`, or it cannot be read.
  std::optional<FileId> next;
  FileId last = 0;
};

/// Nobody may write meanwhile. Throws StorageError. Blocks.
BlobDirectory ListBlobDirectory(const std::filesystem::path& root);

}  // namespace stratolite::storage
