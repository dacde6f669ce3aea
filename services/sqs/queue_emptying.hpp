#pragma once

#include <optional>

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/receive_operations.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/ports/queue_consumer.hpp"

namespace stratolite::sqs {

/// Queues for services that empty them. Everything given must outlive it. Thread-safe. Blocks.
class QueueEmptying final : public ports::QueueConsumer {
 public:
  QueueEmptying(QueueStore& queues, Waiters& waiters, ReceiveOperations& receiving)
      : queues_(queues), waiters_(waiters), receiving_(receiving) {}

  Result<std::unique_ptr<Watch>> WatchQueue(const Arn& queue, std::function<void()> awake) override;
  Result<Json> Receive(const Arn& queue, int most) override;
  bool Holds(storage::Reader& reader, const Arn& queue, std::string_view receipt_handle) override;
  bool Delete(storage::Txn& txn, const Arn& queue, std::string_view receipt_handle) override;

 private:
  struct Held {
    QueuePtr queue;
    Message message;
  };
  static std::optional<Held> FindHeld(storage::Reader& reader, const Arn& queue, std::string_view receipt_handle);

  QueueStore& queues_;
  Waiters& waiters_;
  ReceiveOperations& receiving_;
};

}  // namespace stratolite::sqs
