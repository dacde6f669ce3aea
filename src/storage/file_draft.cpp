#include "storage/file_draft.hpp"

#include <utility>

namespace stratolite::storage {

FileDraft::FileDraft(std::shared_ptr<FilePool> pool) : pool_(std::move(pool)), id_(pool_->BeginDraft()) {
  try {
    descriptor_ = pool_->files().Create(id_);
  } catch (...) {
    pool_->EndDraft(id_);
    throw;
  }
}

FileDraft::~FileDraft() {
  if (!kept_ && published_) pool_->files().Remove(id_);
  if (!kept_ && !published_) pool_->files().RemoveDraft(id_);
  pool_->EndDraft(id_);
}

void FileDraft::Publish() {
  pool_->files().Publish(id_, std::move(descriptor_));
  published_ = true;
}

}  // namespace stratolite::storage
