#pragma once

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/receipt_handle.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// What consumers do to messages they hold a receipt for: DeleteMessage, ChangeMessageVisibility and their batches.
///
/// A receipt of an earlier receive deletes nothing on a standard queue, though AWS calls that a success; on a FIFO queue a receipt is
/// good only while its message is in flight. Everything given must outlive it. Thread-safe. Blocks.
class InflightOperations {
 public:
  InflightOperations(const ServiceDeps& deps, QueueStore& queues, Waiters& waiters)
      : deps_(deps), queues_(queues), waiters_(waiters) {}

  Result<Json> DeleteMessage(const Call& call);
  Result<Json> DeleteMessageBatch(const Call& call);
  Result<Json> ChangeMessageVisibility(const Call& call);
  Result<Json> ChangeMessageVisibilityBatch(const Call& call);

 private:
  Result<void> Delete(storage::Txn& txn, const Call& call, const Queue& queue, const Json& entry);
  Result<void> ChangeVisibility(storage::Txn& txn, const Call& call, const Queue& queue, const Json& entry);

  const ServiceDeps deps_;
  QueueStore& queues_;
  Waiters& waiters_;
};

}  // namespace stratolite::sqs
