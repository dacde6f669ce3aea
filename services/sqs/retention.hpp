#pragma once

#include <mutex>
#include <unordered_set>

#include "sqs/model.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// Removes messages that are older than their queue keeps them, so that they do not take room for ever. They are invisible from the
/// moment they expire, whenever this runs: readers look at the age themselves. One due row per queue that holds messages.
/// Everything in `deps` must outlive it. Thread-safe. Blocks.
class Retention {
 public:
  explicit Retention(const ServiceDeps& deps);

  /// The queue got a message.
  void Watch(storage::Txn& txn, const Queue& queue);
  /// Reset.
  void Clear();

 private:
  void Sweep(const runtime::DueTask& task);

  const ServiceDeps deps_;
  std::mutex mutex_;
  /// Queues whose sweep is scheduled: a cache, so that not every send writes a due row. Guarded by mutex_.
  std::unordered_set<QueueId> watched_;
};

}  // namespace stratolite::sqs
