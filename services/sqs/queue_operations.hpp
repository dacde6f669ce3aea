#pragma once

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// Queues as such: CreateQueue, DeleteQueue, PurgeQueue, GetQueueUrl, ListQueues, ListDeadLetterSourceQueues, GetQueueAttributes and
/// SetQueueAttributes. Everything given must outlive it. Thread-safe. Blocks.
class QueueOperations {
 public:
  QueueOperations(const ServiceDeps& deps, QueueStore& queues, Waiters& waiters)
      : deps_(deps), queues_(queues), waiters_(waiters) {}

  Result<Json> CreateQueue(const Call& call);
  Result<Json> DeleteQueue(const Call& call);
  Result<Json> PurgeQueue(const Call& call);
  Result<Json> GetQueueUrl(const Call& call);
  Result<Json> ListQueues(const Call& call);
  Result<Json> ListDeadLetterSourceQueues(const Call& call);
  Result<Json> GetQueueAttributes(const Call& call);
  Result<Json> SetQueueAttributes(const Call& call);

 private:
  const ServiceDeps deps_;
  QueueStore& queues_;
  Waiters& waiters_;
};

}  // namespace stratolite::sqs
