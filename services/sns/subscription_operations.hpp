#pragma once

#include <functional>

#include "sns/topic_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// What an endpoint is told about its subscription, in the transaction of the change. `endpoint`: Call::endpoint, for the URLs. Plain data.
struct SubscriptionNews {
  using Tell = std::function<void(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                  const std::string& endpoint)>;
  /// After Subscribe where the endpoint must agree (http, https, email, email-json, and queues of other accounts), and after subscribing again while it
  /// is pending. The subscription's token is what confirms it.
  Tell ask_to_confirm;
  /// After Unsubscribe.
  Tell tell_unsubscribed;
};

/// Subscriptions as such. Everything given must outlive it. Thread-safe. Blocks.
class SubscriptionOperations {
 public:
  SubscriptionOperations(const ServiceDeps& deps, TopicStore& topics, SubscriptionNews news)
      : deps_(deps), topics_(topics), news_(std::move(news)) {}

  Result<Json> Subscribe(const Call& call);

 private:
  const ServiceDeps deps_;
  TopicStore& topics_;
  const SubscriptionNews news_;
};

}  // namespace stratolite::sns
