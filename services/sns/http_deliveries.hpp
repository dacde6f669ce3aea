#pragma once

#include <memory>
#include <string>

#include "sns/model.hpp"
#include "sns/publishing.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Messages on their way to HTTP and HTTPS endpoints. A row is written in the publisher's transaction, posted after its commit, and goes when the endpoint
/// has answered 2xx or has been given up: tries and pauses are the delivery policy's, on the world's clock
/// (https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html). What is given up goes to the subscription's dead-letter queue. A message
/// arrives at least once, also after kill -9. Order is not kept. Thread-safe. Blocks.
class HttpDeliveries {
 public:
  explicit HttpDeliveries(const ServiceDeps& deps);
  ~HttpDeliveries();
  HttpDeliveries(const HttpDeliveries&) = delete;
  HttpDeliveries& operator=(const HttpDeliveries&) = delete;

  /// `body`: what is posted, for this subscription: the signed notification in JSON, or with raw delivery the message's own body.
  void Enqueue(storage::Txn& txn, const Topic& topic, const Subscription& subscription, const Message& message,
               std::string body);

  /// A SubscriptionConfirmation or UnsubscribeConfirmation (`type`), to a subscription's endpoint whatever its state. See Confirmation.
  void EnqueueConfirmation(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                           std::string_view type, std::string message_id, std::string body);

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace stratolite::sns
