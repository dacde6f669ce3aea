#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/file_descriptor.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::storage {

/// Where the blobs of a pool lie: `<root>/<two hex digits>/<id>`, those being written `<root>/tmp/<id>`, and `<root>/next`, below which every id may
/// be in use. Directories come into being with their first file. Thread-safe, for distinct ids. Blocks. All throw StorageError.
class BlobFiles {
 public:
  BlobFiles(std::filesystem::path root, Durability durability);

  /// The first of `count` ids that nobody had before, none below `at_least`; remembered before it returns. One call at a time.
  BlobId Reserve(BlobId at_least, BlobId count) const;

  /// A new draft, for writing.
  FileDescriptor Create(BlobId id) const;
  static void Write(const FileDescriptor& file, std::string_view bytes);
  /// Makes a draft as durable as configured and gives it its final name.
  void Publish(BlobId id, FileDescriptor file) const;
  void RemoveDraft(BlobId id) const noexcept;

  FileDescriptor Open(BlobId id) const;
  /// False: it is gone already.
  bool Remove(BlobId id) const noexcept;

  struct Listing {
    std::vector<BlobId> files;
    std::vector<BlobId> drafts;
  };
  /// Everything there is. What comes and goes meanwhile may be in it or not.
  Listing List() const;

 private:
  std::filesystem::path DraftPath(BlobId id) const;
  std::filesystem::path FolderOf(BlobId id) const;
  std::filesystem::path PathOf(BlobId id) const;
  void MakeFolder(const std::filesystem::path& folder) const;
  /// Makes what was created or renamed in `folder` durable, if so configured.
  void SyncFolder(const std::filesystem::path& folder) const;
  std::optional<BlobId> ReadNext() const;

  const std::filesystem::path root_;
  const Durability durability_;
};

}  // namespace stratolite::storage
