#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sqs/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// Queues by address. Every call of the API needs one, so they are kept in memory until a commit changes them. Thread-safe. Blocks.
class QueueStore {
 public:
  explicit QueueStore(storage::Database& db) : db_(db) {}

  /// nullptr: no such queue. Not within a transaction.
  QueuePtr Find(const QueueAddress& address);
  /// The same within a transaction, past the cache.
  static QueuePtr Find(storage::Reader& reader, const QueueAddress& address);
  static QueuePtr Find(storage::Reader& reader, QueueId id);
  static bool Exists(storage::Reader& reader, QueueId id);

  /// Fills in the id.
  void Insert(storage::Txn& txn, Queue& queue);
  /// Stores attributes, tags and the time of modification.
  void Update(storage::Txn& txn, const Queue& queue);
  /// The row. The name is remembered as deleted; names that have rested for `rest` are forgotten. Messages are the message store's.
  void Delete(storage::Txn& txn, const Queue& queue, TimePoint now, Duration rest);

  /// When a queue of this name was deleted, if that is remembered.
  static std::optional<TimePoint> DeletedAt(storage::Reader& reader, const QueueAddress& address);
  static void ForgetDeleted(storage::Txn& txn, const QueueAddress& address);
  static std::optional<TimePoint> PurgedAt(storage::Reader& reader, QueueId id);
  static void SetPurged(storage::Txn& txn, QueueId id, TimePoint now);

  /// Names in alphabetic order, after `after`, at most `limit`.
  static std::vector<std::string> List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                       std::string_view after, std::int64_t limit);
  /// Queues whose redrive policy names `arn`, alphabetic, after the name `after`.
  static std::vector<QueueAddress> ListSources(storage::Reader& reader, std::string_view arn, std::string_view after,
                                               std::int64_t limit);
  /// The next of a FIFO queue's sequence numbers: 1, 2, … 0 when the queue is gone.
  static std::int64_t NextSequence(storage::Txn& txn, QueueId id);

  /// Forgets what memory holds (reset).
  void Clear();

 private:
  struct AddressHash {
    std::size_t operator()(const QueueAddress& address) const;
  };
  void Invalidate(const QueueAddress& address);

  storage::Database& db_;
  std::mutex mutex_;
  std::unordered_map<QueueAddress, QueuePtr, AddressHash> cache_;  // guarded by mutex_
  /// Counts invalidations: what was read before one must not enter the cache after it. Guarded by mutex_.
  std::uint64_t epoch_ = 0;
};

}  // namespace stratolite::sqs
