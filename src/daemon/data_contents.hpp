#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/blob_directory.hpp"
#include "storage/state_inspection.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::daemon {

inline constexpr std::string_view kDefaultWorld = "default";

/// Why the bytes of a blob cannot be had, or not as they were.
struct BlobDefect {
  /// `missing-file`, `missing-blob`, `wrong-size`, `damaged-bytes`.
  std::string kind;
  std::string text;
  /// Whose bodies these are, as services call them.
  std::vector<std::string> names;
  /// 0: there is none.
  storage::FileId file = 0;
  std::filesystem::path path;
};

/// What the rows of a world say of its blobs, and the files of them.
struct BlobContents {
  std::unordered_map<storage::BlobId, storage::BlobRow> rows;
  std::unordered_map<storage::BlobId, std::int64_t> references;
  std::map<storage::BlobId, BlobDefect> defects;
  /// What is not whole by its rows alone, and why.
  std::vector<std::string> damaged_uses;
  /// How many were compared with a checksum of their service.
  std::uint64_t verified = 0;
};

/// Reads every body that a service has a checksum of. `services`: those whose tables are of this binary's version. Throws StorageError. Blocks.
BlobContents InspectBlobContents(const std::filesystem::path& blobs, storage::Reader& reader,
                                 const storage::BlobDirectory& files,
                                 std::span<const ServiceDescriptor* const> services);

/// What nobody but the user may read, of what there can be in a data directory.
std::vector<std::filesystem::path> PrivatePaths(const std::filesystem::path& directory);

}  // namespace stratolite::daemon
