#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/file_descriptor.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::storage {

/// Names a file within a pool; never given out twice there. The blob that is written to it has the same number as its id, copies of it that come back
/// from a snapshot have another file.
using FileId = std::int64_t;

/// Where the blobs of a pool lie: `<root>/<two hex digits>/<number>`, those being written `<root>/tmp/<number>`, and `<root>/next`, below which every number may
/// be in use. Directories come into being with their first file. Thread-safe, for distinct ids. Blocks. All throw StorageError.
class BlobFiles {
 public:
  BlobFiles(std::filesystem::path root, Durability durability);

  /// The first of `count` numbers that nobody had before, none below `at_least`; remembered before it returns. One call at a time.
  FileId Reserve(FileId at_least, FileId count) const;

  /// A new draft, for writing.
  FileDescriptor Create(FileId id) const;
  static void Write(const FileDescriptor& file, std::string_view bytes);
  /// Makes a draft as durable as configured and gives it its final name.
  void Publish(FileId id, FileDescriptor file) const;
  void RemoveDraft(FileId id) const noexcept;

  FileDescriptor Open(FileId id) const;
  /// False: it is gone already.
  bool Remove(FileId id) const noexcept;

  struct Listing {
    std::vector<FileId> files;
    std::vector<FileId> drafts;
  };
  /// Everything there is. What comes and goes meanwhile may be in it or not.
  Listing List() const;

  std::filesystem::path DraftPath(FileId id) const;
  std::filesystem::path PathOf(FileId id) const;
  /// What `next` says; nullopt: it is not there, or torn.
  std::optional<FileId> ReadNext() const;

 private:
  std::filesystem::path FolderOf(FileId id) const;
  void MakeFolder(const std::filesystem::path& folder) const;
  /// Makes what was renamed into the folder durable, and the way to it: whoever made the folder may not have come to that yet.
  void SyncFolderOf(FileId id) const;

  const std::filesystem::path root_;
  const Durability durability_;
  static constexpr int kFolders = 256;
  /// Folders whose own entries this process has made durable.
  mutable std::array<std::atomic<bool>, kFolders> known_durable_{};
};

}  // namespace stratolite::storage
