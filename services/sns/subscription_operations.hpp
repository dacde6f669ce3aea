#pragma once

#include <functional>

#include "sns/topic_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// What others do when subscriptions change, in the transaction of the change. All must be set. Plain data.
struct SubscriptionNews {
  using Tell = std::function<void(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                  const std::string& endpoint)>;
  /// After Subscribe where the endpoint must agree (http, https, email, email-json, and queues of other accounts), and after subscribing again while it
  /// is pending. The subscription's token is what confirms it. `endpoint`: Call::endpoint, for the URLs.
  Tell ask_to_confirm;
  /// After an Unsubscribe that nobody signed.
  Tell tell_unsubscribed;
  /// After its ReplayPolicy was set or taken back.
  std::function<void(storage::Txn& txn, const Topic& topic, const Subscription& subscription)> replay_changed;
  /// `ReplayStatus` of a subscription; nullopt: nothing is replayed.
  std::function<std::optional<std::string>(storage::Reader& reader, const Subscription& subscription)> replay_status;
  /// It was deleted: what others keep of it goes too.
  std::function<void(storage::Txn& txn, const Subscription& subscription)> gone;
};

/// Subscribe, ConfirmSubscription, Unsubscribe, the lists, and attributes of subscriptions. What is not confirmed within two days goes. Everything given
/// must outlive it. Thread-safe. Blocks.
class SubscriptionOperations {
 public:
  SubscriptionOperations(const ServiceDeps& deps, TopicStore& topics, SubscriptionNews news);

  Result<Json> Subscribe(const Call& call);
  Result<Json> ConfirmSubscription(const Call& call);
  Result<Json> Unsubscribe(const Call& call);
  Result<Json> ListSubscriptions(const Call& call);
  Result<Json> ListSubscriptionsByTopic(const Call& call);
  Result<Json> GetSubscriptionAttributes(const Call& call);
  Result<Json> SetSubscriptionAttributes(const Call& call);

  /// `GET /_stratolite/sns/subscription?arn=…`, or `?topic=…&token=…`: a subscription as its attributes say, confirmed or not. The daemon asks it too,
  /// which world a link is for.
  Result<Json> Inspect(const Service::AdminRequest& request);

 private:
  Result<Subscription> Make(storage::Txn& txn, const Call& call, const Topic& topic, Subscription wanted,
                            const Attributes& given);
  Result<Json> Renew(storage::Txn& txn, const std::string& topic_arn, const std::string& token);
  void Expire(const std::string& arn);

  const ServiceDeps deps_;
  TopicStore& topics_;
  const SubscriptionNews news_;
};

}  // namespace stratolite::sns
