#include "storage/blob_draft.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "storage/blob_rows_store.hpp"

namespace stratolite::storage {
namespace {

/// Pieces from this size on go to the file as they come, smaller ones are gathered.
constexpr std::size_t kDirectBytes = 128 * 1024;
constexpr std::size_t kGatheredBytes = 512 * 1024;

}  // namespace

PoolDraft::PoolDraft(std::shared_ptr<FilePool> pool, std::optional<std::uint64_t> expected_size)
    : pool_(std::move(pool)) {
  if (!expected_size) return;
  if (*expected_size > kMaxInlineBlobBytes) {
    file_ = std::make_shared<FileDraft>(pool_);
  } else {
    buffer_.reserve(*expected_size);
  }
}

void PoolDraft::Append(std::string_view bytes) {
  if (sealed_) throw std::logic_error("Append to a sealed draft");
  size_ += bytes.size();
  if (!file_ && size_ > kMaxInlineBlobBytes) file_ = std::make_shared<FileDraft>(pool_);
  if (file_ && bytes.size() >= kDirectBytes) {
    Flush();
    file_->Write(bytes);
    return;
  }
  buffer_.append(bytes);
  if (file_ && buffer_.size() >= kGatheredBytes) Flush();
}

void PoolDraft::Flush() {
  file_->Write(buffer_);
  buffer_.clear();
}

void PoolDraft::Seal() {
  if (sealed_) return;
  if (file_) {
    Flush();
    buffer_.shrink_to_fit();
    file_->Publish();
  }
  sealed_ = true;
}

BlobId PoolDraft::Keep(Txn& txn) {
  if (!sealed_) throw std::logic_error("Keep of a draft that is not sealed");
  if (!file_) {
    const BlobId id = pool_->NextId();
    InsertInlineBlob(txn, id, buffer_);
    return id;
  }
  InsertFileBlob(txn, file_->id(), size_, file_->id());
  txn.OnCommit([file = file_] { file->SetKept(); });
  return file_->id();
}

}  // namespace stratolite::storage
