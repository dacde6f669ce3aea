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

class PoolDraft::File {
 public:
  explicit File(std::shared_ptr<FilePool> pool) : pool_(std::move(pool)), id_(pool_->BeginDraft()) {
    try {
      descriptor_ = pool_->files().Create(id_);
    } catch (...) {
      pool_->EndDraft(id_);
      throw;
    }
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (!kept_) {
      if (published_) {
        pool_->files().Remove(id_);
      } else {
        pool_->files().RemoveDraft(id_);
      }
    }
    pool_->EndDraft(id_);
  }

  BlobId id() const { return id_; }
  void Write(std::string_view bytes) const { BlobFiles::Write(descriptor_, bytes); }
  void Publish() {
    pool_->files().Publish(id_, std::move(descriptor_));
    published_ = true;
  }
  void SetKept() { kept_ = true; }

 private:
  const std::shared_ptr<FilePool> pool_;
  const BlobId id_;
  FileDescriptor descriptor_;
  bool published_ = false;
  bool kept_ = false;
};

PoolDraft::PoolDraft(std::shared_ptr<FilePool> pool, std::optional<std::uint64_t> expected_size)
    : pool_(std::move(pool)) {
  if (!expected_size) return;
  if (*expected_size > kMaxInlineBlobBytes) {
    file_ = std::make_shared<File>(pool_);
  } else {
    buffer_.reserve(*expected_size);
  }
}

void PoolDraft::Append(std::string_view bytes) {
  if (sealed_) throw std::logic_error("Append to a sealed draft");
  size_ += bytes.size();
  if (!file_ && size_ > kMaxInlineBlobBytes) file_ = std::make_shared<File>(pool_);
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
  InsertFileBlob(txn, file_->id(), size_);
  txn.OnCommit([file = file_] { file->SetKept(); });
  return file_->id();
}

}  // namespace stratolite::storage
