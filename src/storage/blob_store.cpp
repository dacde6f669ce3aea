#include "stratolite/storage/blob_store.hpp"

#include <string>
#include <utility>
#include <vector>

#include "storage/blob_draft.hpp"
#include "storage/blob_reader.hpp"
#include "storage/blob_rows_store.hpp"
#include "storage/world_blobs.hpp"

namespace stratolite::storage {
namespace {

BlobRow RequireBlob(Reader& reader, BlobId id) {
  const auto row = FindBlob(reader, id);
  if (!row) throw StorageError("there is no blob " + std::to_string(id));
  return *row;
}

}  // namespace

WorldBlobs::WorldBlobs(std::shared_ptr<FilePool> pool, std::shared_ptr<BlobWorld> world)
    : pool_(std::move(pool)), world_(std::move(world)) {}

WorldBlobs::~WorldBlobs() { pool_->Leave(world_); }

void WorldBlobs::Prepare() {
  if (prepared_.load(std::memory_order_acquire)) return;
  MigrateBlobs(world_->db);
  pool_->NoteId(world_->db.Read([](Reader& reader) { return LastBlobId(reader); }));
  prepared_.store(true, std::memory_order_release);
}

std::unique_ptr<BlobDraft> WorldBlobs::Begin(std::optional<std::uint64_t> expected_size) {
  Prepare();
  return std::make_unique<PoolDraft>(pool_, expected_size);
}

BlobId WorldBlobs::Keep(Txn& txn, BlobDraft& draft) { return static_cast<PoolDraft&>(draft).Keep(txn); }

void WorldBlobs::AddReference(Txn& txn, BlobId id) { SetBlobReferences(txn, id, RequireBlob(txn, id).references + 1); }

void WorldBlobs::Release(Txn& txn, BlobId id) {
  const BlobRow row = RequireBlob(txn, id);
  if (row.references > 1) return SetBlobReferences(txn, id, row.references - 1);
  DeleteBlob(txn, id);
  if (row.file == 0) return;
  txn.OnCommit([pool = pool_, world = world_, file = row.file] { pool->Free(*world, {&file, 1}); });
}

void WorldBlobs::ReleaseAll(Txn& txn) {
  if (!HasBlobTable(txn)) return;
  std::vector<FileId> files = BlobFileIds(txn);
  DeleteAllBlobs(txn);
  if (files.empty()) return;
  txn.OnCommit([pool = pool_, world = world_, files = std::move(files)] { pool->Free(*world, files); });
}

std::unique_ptr<BlobReader> WorldBlobs::OpenReader() {
  Prepare();
  return std::make_unique<PoolReader>(pool_);
}

}  // namespace stratolite::storage
