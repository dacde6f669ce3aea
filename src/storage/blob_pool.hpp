#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "storage/blob_files.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::storage {

/// What the pool knows of a store. The pool's mutex guards it but for `db`.
struct BlobWorld {
  explicit BlobWorld(Database& db) : db(db) {}
  Database& db;
  /// Files up to this one may be another world's too.
  FileId shared_up_to = 0;
};

/// The pool: who uses which file, and when one may go. A file goes when its last row is gone (of all worlds that may share it), and every reader
/// made before that is Ready and has not pinned it. Thread-safe. Blocks.
class FilePool final : public BlobPool, public std::enable_shared_from_this<FilePool> {
 public:
  FilePool(std::filesystem::path directory, Durability durability);

  std::unique_ptr<BlobStore> MakeStore(Database& db) override;
  std::unique_ptr<Hold> HoldFiles() override;
  void Forked(BlobStore& parent, BlobStore& child) override;
  void Retire(BlobStore& store) override;
  std::size_t Sweep() override;
  const std::filesystem::path& directory() const override { return directory_; }

  const BlobFiles& files() const { return files_; }
  FileId NextId();
  /// A database holds ids up to this one, whatever the files say.
  void NoteId(FileId id);

  /// An id whose file no row names yet: Sweep leaves it alone.
  FileId BeginDraft();
  void EndDraft(FileId id);

  /// A reader's ticket, until it is Ready.
  using Ticket = std::uint64_t;
  Ticket BeginReader();
  void EndReader(Ticket ticket);
  void Pin(FileId id);
  void Unpin(std::span<const FileId> ids);

  /// The rows of these ids are gone from `world`, for good.
  void Free(const BlobWorld& world, std::span<const FileId> ids);
  void Leave(const std::shared_ptr<BlobWorld>& world);

 private:
  class FilesHold;
  struct Waiting {
    Ticket barrier = 0;
    FileId id = 0;
  };

  bool MayBeShared(const BlobWorld& world, FileId id) const;
  /// Sorts `unchecked_` into what may go and what another world still has. Returns how many go.
  std::size_t CheckShared();
  /// Removes what waits for nothing any more.
  void Collect();
  /// Of `ids`, those that no world's rows name.
  std::vector<FileId> Unknown(std::vector<FileId> ids);
  void EndHold();

  const std::filesystem::path directory_;
  const BlobFiles files_;

  std::mutex ids_mutex_;
  FileId next_id_ = 1;
  FileId ids_end_ = 1;

  /// Held while the worlds' databases are asked; taken before `mutex_`. A world leaves under it, so that its database is not closed meanwhile.
  std::mutex asking_mutex_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<BlobWorld>> worlds_;
  /// Smaller ids were there before this process: nobody remembers which worlds share them.
  FileId first_own_id_ = std::numeric_limits<FileId>::max();
  FileId last_id_ = 0;
  std::unordered_set<FileId> drafts_;
  Ticket next_ticket_ = 1;
  std::set<Ticket> unready_;
  std::unordered_map<FileId, int> pins_;
  /// Pinned ones that go with their last pin.
  std::unordered_set<FileId> doomed_;
  /// Without a row in the world that freed them; others may have one.
  std::vector<FileId> unchecked_;
  /// Without a row in any world; in the order of their barriers.
  std::deque<Waiting> waiting_;
  int holds_ = 0;
  /// How many holds there ever were.
  std::uint64_t hold_count_ = 0;
};

}  // namespace stratolite::storage
