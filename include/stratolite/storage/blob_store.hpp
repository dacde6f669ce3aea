#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

/// Names one body within a daemon's data directory; never given out twice there.
using BlobId = std::int64_t;

/// Bodies up to this size are rows of the database, larger ones files.
inline constexpr std::uint64_t kMaxInlineBlobBytes = 64 * 1024;

/// A body that is being written. Gone without a trace when dropped before BlobStore::Keep committed, or by a crash. Not thread-safe. Blocks.
class BlobDraft {
 public:
  virtual ~BlobDraft() = default;
  /// Throws StorageError (disk full).
  virtual void Append(std::string_view bytes) = 0;
  virtual std::uint64_t size() const = 0;
  /// No more bytes follow: a file is made as durable as configured and gets its final name. Call before the transaction that keeps it, so that no
  /// other commit waits for the disk. Throws StorageError.
  virtual void Seal() = 0;
};

/// Reads pieces of blobs one after the other as one body, whatever others delete meanwhile. Make it before the snapshot in which the ids are looked
/// up: what that snapshot shows stays readable until the reader is gone. Not thread-safe. Blocks.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  /// Appends `length` bytes from `offset` of a blob to what will be read. Within the snapshot that named the blob. Throws StorageError when there
  /// is no such blob or it is shorter.
  virtual void Add(Reader& reader, BlobId id, std::uint64_t offset, std::uint64_t length) = 0;
  /// The snapshot is over: nothing is added any more. Until then no deleted blob of the world is freed.
  virtual void Ready() = 0;
  /// Bytes of all pieces.
  virtual std::uint64_t size() const = 0;
  /// The next bytes; 0 at the end. Throws StorageError.
  virtual std::size_t Read(char* buffer, std::size_t capacity) = 0;
  /// When the rest is one piece of one file: its descriptor (the reader's), offset and length, for senders that know better than Read. Nothing is consumed.
  struct FileRange {
    int descriptor = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  virtual std::optional<FileRange> File() const { return std::nullopt; }
};

/// The large values of one world: bytes that rows of its database refer to by id, with a count of references. Small ones lie in the database
/// itself, large ones are files in a pool that the worlds of a daemon share, so that a fork copies none. Row and file agree after any crash: a file
/// is there before its row commits and goes after the row's deletion did; what a crash leaves over is swept. Thread-safe. Blocks.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// `expected_size` spares small bodies a file that turns out not to be needed and large ones the copy in memory.
  /// Not within a transaction, nor is OpenReader.
  virtual std::unique_ptr<BlobDraft> Begin(std::optional<std::uint64_t> expected_size = std::nullopt) = 0;
  /// Takes a sealed draft in, with one reference, if the transaction commits.
  virtual BlobId Keep(Txn& txn, BlobDraft& draft) = 0;
  /// One more row refers to it (copies).
  virtual void AddReference(Txn& txn, BlobId id) = 0;
  /// One row less. Without any left the blob goes once the transaction has committed and no reader has it. Throws StorageError when there is none (a
  /// bug of the caller's), as AddReference does.
  virtual void Release(Txn& txn, BlobId id) = 0;
  /// Every blob goes, whatever refers to it. In the transaction that empties the world.
  virtual void ReleaseAll(Txn& txn) = 0;
  virtual std::unique_ptr<BlobReader> OpenReader() = 0;
};

/// The files that the worlds of one daemon share, under `<directory>/blobs`. Nothing is written before the first blob. Thread-safe. Blocks.
class BlobPool {
 public:
  static std::shared_ptr<BlobPool> Open(std::filesystem::path directory, Durability durability);
  virtual ~BlobPool() = default;

  /// The blobs of one world, whose rows are in `db` (owner `blob`). The pool lives as long as any of its stores; `db` outlives the store.
  virtual std::unique_ptr<BlobStore> MakeStore(Database& db) = 0;

  /// While any of these lives no file goes.
  class Hold {
   public:
    virtual ~Hold() = default;
  };
  /// Take it before a world's database is copied, and let it go after Forked: what the copy refers to stays.
  virtual std::unique_ptr<Hold> HoldFiles() = 0;
  /// `child` was made as a copy of `parent`'s database: from now on a file that either of them knows may be the other's too.
  virtual void Forked(BlobStore& parent, BlobStore& child) = 0;
  /// The world is about to be deleted, with its database: frees what no other world refers to. Its store is used no more, readers are.
  virtual void Retire(BlobStore& store) = 0;
  /// Removes files that no world refers to, left by a crash. Call when the stores of all worlds are made. Returns how many went.
  virtual std::size_t Sweep() = 0;
  virtual const std::filesystem::path& directory() const = 0;
};

}  // namespace stratolite::storage
