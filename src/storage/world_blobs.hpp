#pragma once

#include <atomic>
#include <memory>

#include "storage/blob_pool.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::storage {

/// One world's store over the pool's files. Thread-safe. Blocks.
class WorldBlobs final : public BlobStore {
 public:
  WorldBlobs(std::shared_ptr<FilePool> pool, std::shared_ptr<BlobWorld> world);
  ~WorldBlobs() override;

  std::unique_ptr<BlobDraft> Begin(std::optional<std::uint64_t> expected_size) override;
  BlobId Keep(Txn& txn, BlobDraft& draft) override;
  void AddReference(Txn& txn, BlobId id) override;
  void Release(Txn& txn, BlobId id) override;
  void ReleaseAll(Txn& txn) override;
  std::unique_ptr<BlobReader> OpenReader() override;

  const std::shared_ptr<BlobWorld>& world() const { return world_; }

 private:
  /// Makes the table at first use.
  void Prepare();

  const std::shared_ptr<FilePool> pool_;
  const std::shared_ptr<BlobWorld> world_;
  std::atomic<bool> prepared_ = false;
};

}  // namespace stratolite::storage
