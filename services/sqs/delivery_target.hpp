#pragma once

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/send_operations.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sqs {

/// Queues as the end of other services' deliveries: each becomes a message, taken in as a sent one is. Everything given must outlive it. Thread-safe. Blocks.
class QueueDeliveryTarget final : public DeliveryTarget {
 public:
  QueueDeliveryTarget(const ServiceDeps& deps, QueueStore& queues, SendOperations& sending)
      : deps_(deps), queues_(queues), sending_(sending) {}

  /// QueueDoesNotExist.
  Result<void> CheckTarget(const Arn& target) override;
  /// QueueDoesNotExist; for FIFO queues MissingParameter and InvalidParameterValue, as a sender would get them.
  Result<void> Deliver(storage::Txn& txn, const Delivery& delivery) override;
  std::string PolicyOf(storage::Txn& txn, const Arn& target) override;

 private:
  const ServiceDeps deps_;
  QueueStore& queues_;
  SendOperations& sending_;
};

}  // namespace stratolite::sqs
