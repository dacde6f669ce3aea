#pragma once

#include <memory>
#include <string_view>

#include "storage/blob_pool.hpp"

namespace stratolite::storage {

/// A file of the pool that no row names yet: removed with this object unless it is kept. Not thread-safe. Blocks.
class FileDraft {
 public:
  /// Throws StorageError, as the others do.
  explicit FileDraft(std::shared_ptr<FilePool> pool);
  FileDraft(const FileDraft&) = delete;
  FileDraft& operator=(const FileDraft&) = delete;
  ~FileDraft();

  FileId id() const { return id_; }
  void Write(std::string_view bytes) const { BlobFiles::Write(descriptor_, bytes); }
  /// No more is written: durable as configured, and with its final name.
  void Publish();
  /// The row that names it is committed.
  void SetKept() { kept_ = true; }

 private:
  const std::shared_ptr<FilePool> pool_;
  const FileId id_;
  FileDescriptor descriptor_;
  bool published_ = false;
  bool kept_ = false;
};

}  // namespace stratolite::storage
