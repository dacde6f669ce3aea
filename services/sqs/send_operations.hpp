#pragma once

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

class Retention;

/// SendMessage and SendMessageBatch. Everything given must outlive it. Thread-safe. Blocks.
class SendOperations {
 public:
  SendOperations(const ServiceDeps& deps, QueueStore& queues, Waiters& waiters, Retention& retention)
      : deps_(deps), queues_(queues), waiters_(waiters), retention_(retention) {}

  Result<Json> SendMessage(const Call& call);
  Result<Json> SendMessageBatch(const Call& call);
  /// Takes in a message that is complete but for what the store adds, within another service's transaction. False: the queue is gone.
  bool Accept(storage::Txn& txn, const Queue& queue, Message message);

 private:
  /// A message as far as it can be made without the store, and what the caller learns of it.
  struct Draft {
    Message message;
    Json answer;
    std::int64_t bytes = 0;
  };
  /// `body_name`: how AWS's error calls a missing body.
  Result<Draft> MakeDraft(const Call& call, const Queue& queue, const Json& entry, const std::string& body_name);
  Result<void> AddFifoMembers(const Queue& queue, const Json& entry, Message& message);
  /// Stores the message, or finds the one that it duplicates; fills in the answer. False: the queue is gone.
  bool Store(storage::Txn& txn, const Queue& queue, Draft& draft);
  /// What follows from a stored message: retention, and waking who waits once it is committed.
  void Follow(storage::Txn& txn, const Queue& queue, const Message& message);

  const ServiceDeps deps_;
  QueueStore& queues_;
  Waiters& waiters_;
  Retention& retention_;
};

}  // namespace stratolite::sqs
