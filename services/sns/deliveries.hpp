#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sns/message_signer.hpp"
#include "sns/model.hpp"
#include "sns/publishing.hpp"
#include "stratolite/ports/sent_messages.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::storage {
class Reader;
class Txn;
}  // namespace stratolite::storage

namespace stratolite::sns {

/// A device's endpoint, as far as sending to it goes.
struct PushEndpoint {
  std::string arn;
  std::string token;
  /// `GCM`, `APNS`, …: which of the message's bodies is its.
  std::string platform;
  bool enabled = false;
};

/// Brings one message to one subscription, in the publisher's transaction: queues, functions and delivery streams by the world's event router, HTTP by rows that
/// are posted later, people by the world's outbox. What a target refuses for good goes to the subscription's dead-letter queue, and is lost without one.
/// Everything given must outlive it. Thread-safe. Blocks.
class Deliveries {
 public:
  /// Writes down what is to be posted; `body`: for this subscription.
  using HttpSender =
      std::function<void(storage::Txn&, const Topic&, const Subscription&, const Message&, std::string body)>;
  /// nullopt: there is no such endpoint.
  using EndpointFinder = std::function<std::optional<PushEndpoint>(storage::Reader&, std::string_view arn)>;

  Deliveries(const ServiceDeps& deps, MessageSigner& signer, HttpSender http, EndpointFinder endpoints);

  /// Makes the services that the topic's subscriptions lead to. Not within a transaction.
  void Prepare(const Topic& topic);
  /// Precondition: Prepare and PrepareEnvelopes, with that topic.
  void Deliver(storage::Txn& txn, const Topic& topic, const Subscription& subscription, const Message& message);

  /// Asks a subscriber that is no HTTP endpoint: an email, and to a queue a message, with the URL that confirms. Others: does nothing.
  void AskToConfirm(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                    const std::string& endpoint);

  /// Published to an endpoint or a number without a topic.
  void Push(storage::Txn& txn, const Scope& scope, const PushEndpoint& endpoint, const Message& message);
  void SendText(storage::Txn& txn, const Scope& scope, const std::string& number, const Message& message);
  const EndpointFinder& endpoints() const { return endpoints_; }

 private:
  /// What does not arrive: what would have been its body.
  Result<void> Hand(storage::Txn& txn, const Topic& topic, const Subscription& subscription, const Message& message,
                    Delivery& delivery);
  Result<void> Route(storage::Txn& txn, Delivery& delivery, std::string_view target);
  Result<void> PushTo(storage::Txn& txn, const Topic& topic, const Subscription& subscription, const Message& message);
  void Mail(storage::Txn& txn, const Topic& topic, const Subscription& subscription, const Message& message);
  bool HasTarget(std::string_view service) const;

  const ServiceDeps deps_;
  MessageSigner& signer_;
  ports::SentMessages& sent_;
  const HttpSender http_;
  const EndpointFinder endpoints_;
  /// Whether there is such a service here; asked for once.
  std::atomic<bool> queues_ = false;
  std::atomic<bool> functions_ = false;
  std::atomic<bool> streams_ = false;
};

}  // namespace stratolite::sns
