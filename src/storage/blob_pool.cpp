#include "storage/blob_pool.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

#include "storage/blob_rows_store.hpp"
#include "storage/world_blobs.hpp"

namespace stratolite::storage {
namespace {

/// Ids that are taken from the file at a time: a crash skips at most so many, and a file is written once in so many.
constexpr FileId kIdsAtATime = 1 << 16;

const std::shared_ptr<BlobWorld>& WorldOf(BlobStore& store) { return static_cast<WorldBlobs&>(store).world(); }

}  // namespace

std::shared_ptr<BlobPool> BlobPool::Open(std::filesystem::path directory, Durability durability) {
  return std::make_shared<FilePool>(std::move(directory), durability);
}

FilePool::FilePool(std::filesystem::path directory, Durability durability)
    : directory_(std::move(directory)), files_(directory_ / "blobs", durability) {}

std::unique_ptr<BlobStore> FilePool::MakeStore(Database& db) {
  auto world = std::make_shared<BlobWorld>(db);
  {
    const std::scoped_lock lock(mutex_);
    worlds_.push_back(world);
  }
  return std::make_unique<WorldBlobs>(shared_from_this(), std::move(world));
}

void FilePool::Leave(const std::shared_ptr<BlobWorld>& world) {
  const std::scoped_lock lock(asking_mutex_, mutex_);
  std::erase(worlds_, world);
}

class FilePool::FilesHold final : public Hold {
 public:
  explicit FilesHold(std::shared_ptr<FilePool> pool) : pool_(std::move(pool)) {}
  ~FilesHold() override { pool_->EndHold(); }

 private:
  const std::shared_ptr<FilePool> pool_;
};

std::unique_ptr<BlobPool::Hold> FilePool::HoldFiles() {
  const std::scoped_lock lock(mutex_);
  ++holds_;
  ++hold_count_;
  return std::make_unique<FilesHold>(shared_from_this());
}

void FilePool::EndHold() {
  {
    const std::scoped_lock lock(mutex_);
    --holds_;
  }
  CheckShared();
}

void FilePool::Forked(BlobStore& parent, BlobStore& child) {
  const std::scoped_lock lock(mutex_);
  WorldOf(parent)->shared_up_to = last_id_;
  WorldOf(child)->shared_up_to = last_id_;
}

FileId FilePool::NextId() {
  FileId id = 0;
  {
    const std::scoped_lock lock(ids_mutex_);
    if (next_id_ >= ids_end_) {
      next_id_ = files_.Reserve(next_id_, kIdsAtATime);
      ids_end_ = next_id_ + kIdsAtATime;
    }
    id = next_id_++;
  }
  const std::scoped_lock lock(mutex_);
  first_own_id_ = std::min(first_own_id_, id);
  last_id_ = std::max(last_id_, id);
  return id;
}

void FilePool::NoteId(FileId id) {
  const std::scoped_lock lock(ids_mutex_);
  next_id_ = std::max(next_id_, id + 1);
  const std::scoped_lock last_lock(mutex_);
  last_id_ = std::max(last_id_, id);
}

FileId FilePool::BeginDraft() {
  const FileId id = NextId();
  const std::scoped_lock lock(mutex_);
  drafts_.insert(id);
  return id;
}

void FilePool::EndDraft(FileId id) {
  const std::scoped_lock lock(mutex_);
  drafts_.erase(id);
}

FilePool::Ticket FilePool::BeginReader() {
  const std::scoped_lock lock(mutex_);
  unready_.insert(unready_.end(), next_ticket_);
  return next_ticket_++;
}

void FilePool::EndReader(Ticket ticket) {
  {
    const std::scoped_lock lock(mutex_);
    unready_.erase(ticket);
    if (waiting_.empty()) return;
  }
  Collect();
}

void FilePool::Pin(FileId id) {
  const std::scoped_lock lock(mutex_);
  ++pins_[id];
}

void FilePool::Unpin(std::span<const FileId> ids) {
  std::vector<FileId> gone;
  {
    const std::scoped_lock lock(mutex_);
    for (const FileId id : ids) {
      const auto pin = pins_.find(id);
      if (--pin->second > 0) continue;
      pins_.erase(pin);
      if (doomed_.erase(id) > 0) gone.push_back(id);
    }
  }
  for (const FileId id : gone) files_.Remove(id);
}

bool FilePool::MayBeShared(const BlobWorld& world, FileId id) const {
  const bool alone = std::ranges::none_of(worlds_, [&](const auto& other) { return other.get() != &world; });
  return !alone && (id <= world.shared_up_to || id < first_own_id_);
}

void FilePool::Free(const BlobWorld& world, std::span<const FileId> ids) {
  bool check = false;
  {
    const std::scoped_lock lock(mutex_);
    for (const FileId id : ids) {
      if (holds_ > 0 || MayBeShared(world, id)) {
        unchecked_.push_back(id);
        check = true;
      } else {
        waiting_.push_back({next_ticket_, id});
      }
    }
  }
  if (check) CheckShared();
  Collect();
}

std::size_t FilePool::CheckShared() {
  std::vector<FileId> ids;
  std::uint64_t hold_count = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (holds_ > 0 || unchecked_.empty()) return 0;
    ids.swap(unchecked_);
    hold_count = hold_count_;
  }
  std::vector<FileId> unknown;
  try {
    unknown = Unknown(ids);
  } catch (const StorageError& error) {
    spdlog::warn("whether other worlds use {} files of blobs cannot be told, they stay for now: {}", ids.size(),
                 error.what());
    const std::scoped_lock lock(mutex_);
    unchecked_.insert(unchecked_.end(), ids.begin(), ids.end());
    return 0;
  }
  {
    const std::scoped_lock lock(mutex_);
    if (hold_count == hold_count_) {
      // From here on: readers of another world may have found the id before that world's row went.
      for (const FileId id : unknown) waiting_.push_back({next_ticket_, id});
      ids.clear();
    }
    // Else a world may have been copied after it was asked and before its row went: asked again when the hold is over.
    unchecked_.insert(unchecked_.end(), ids.begin(), ids.end());
  }
  if (!ids.empty()) return CheckShared();
  Collect();
  return unknown.size();
}

std::vector<FileId> FilePool::Unknown(std::vector<FileId> ids) {
  const std::scoped_lock asking(asking_mutex_);
  std::vector<std::shared_ptr<BlobWorld>> worlds;
  {
    const std::scoped_lock lock(mutex_);
    worlds = worlds_;
  }
  for (const auto& world : worlds) {
    if (ids.empty()) break;
    if (!world->db.Exists()) continue;
    world->db.Read([&](Reader& reader) {
      if (!HasBlobTable(reader)) return;
      std::erase_if(ids, [&](FileId id) { return NamesBlobFile(reader, id); });
    });
  }
  return ids;
}

void FilePool::Collect() {
  std::vector<FileId> gone;
  {
    const std::scoped_lock lock(mutex_);
    while (!waiting_.empty() && (unready_.empty() || *unready_.begin() >= waiting_.front().barrier)) {
      const FileId id = waiting_.front().id;
      waiting_.pop_front();
      if (pins_.contains(id)) {
        doomed_.insert(id);
      } else {
        gone.push_back(id);
      }
    }
  }
  for (const FileId id : gone) files_.Remove(id);
}

void FilePool::Retire(BlobStore& store) {
  const auto world = WorldOf(store);
  std::vector<FileId> ids;
  if (world->db.Exists()) {
    world->db.Read([&](Reader& reader) {
      if (HasBlobTable(reader)) ids = BlobFileIds(reader);
    });
  }
  Leave(world);
  Free(*world, ids);
}

std::size_t FilePool::Sweep() {
  BlobFiles::Listing there = files_.List();
  {
    // After the listing: a draft that ended before this has its row, one that begins now is not in the list.
    const std::scoped_lock lock(mutex_);
    std::erase_if(there.files, [&](FileId id) { return drafts_.contains(id) || doomed_.contains(id); });
    std::erase_if(there.drafts, [&](FileId id) { return drafts_.contains(id); });
    unchecked_.insert(unchecked_.end(), there.files.begin(), there.files.end());
  }
  for (const FileId id : there.drafts) files_.RemoveDraft(id);
  return CheckShared() + there.drafts.size();
}

}  // namespace stratolite::storage
