#pragma once

#include <memory>
#include <string>

#include "storage/blob_pool.hpp"
#include "storage/file_draft.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::storage {

/// A draft: in memory until it is larger than a row may be, then a file. Not thread-safe. Blocks.
class PoolDraft final : public BlobDraft {
 public:
  PoolDraft(std::shared_ptr<FilePool> pool, std::optional<std::uint64_t> expected_size);

  void Append(std::string_view bytes) override;
  std::uint64_t size() const override { return size_; }
  void Seal() override;
  BlobId Keep(Txn& txn);

 private:
  void Flush();

  const std::shared_ptr<FilePool> pool_;
  /// Owned by a transaction that wants to keep it as well.
  std::shared_ptr<FileDraft> file_;
  /// What is not in the file yet; of a draft without one, everything.
  std::string buffer_;
  std::uint64_t size_ = 0;
  bool sealed_ = false;
};

}  // namespace stratolite::storage
