#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sns/deliveries.hpp"
#include "sns/model.hpp"
#include "sns/topic_store.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Archived messages of FIFO topics, delivered again to a subscription that has a ReplayPolicy: in their order, those that its filter lets pass. What is published
/// meanwhile comes after them. Continues after a restart. Everything given must outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
class Replays {
 public:
  Replays(const ServiceDeps& deps, TopicStore& topics, MessageSigner& signer, Deliveries& deliveries);

  /// After the policy, which was checked, was set: begins anew. Empty: stops, and forgets what there was. The subscription has its id.
  void Apply(storage::Txn& txn, const Subscription& subscription, std::string_view policy);
  /// The subscription was deleted.
  static void Forget(storage::Txn& txn, const Subscription& subscription);
  /// ReplayStatus; nullopt: there is no replay.
  static std::optional<std::string> Status(storage::Reader& reader, const Subscription& subscription);

 private:
  void Run(const runtime::DueTask& task);
  /// Whether more is to be done at once.
  bool RunBatch(const std::string& subscription_arn);

  const ServiceDeps deps_;
  TopicStore& topics_;
  MessageSigner& signer_;
  Deliveries& deliveries_;
};

/// Wakes the replays of a topic that wait for messages to come. See FanOut.
void WakeReplays(storage::Txn& txn, runtime::Scheduler& scheduler, TopicId topic, TimePoint now);

}  // namespace stratolite::sns
