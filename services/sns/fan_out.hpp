#pragma once

#include <mutex>
#include <string>

#include "sns/deliveries.hpp"
#include "sns/fifo_store.hpp"
#include "sns/message_signer.hpp"
#include "sns/model.hpp"
#include "sns/publishing.hpp"
#include "sns/topic_store.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Takes a message in for a topic: deduplicates, numbers, archives and delivers it to every subscription whose filter lets it pass, in one transaction.
/// Everything given must outlive it. Thread-safe. Blocks.
class FanOut {
 public:
  FanOut(const ServiceDeps& deps, TopicStore& topics, MessageSigner& signer, Deliveries& deliveries);

  /// What costs time and needs no transaction: signatures, services of targets. Also gives the message its id and time.
  void Prepare(const Topic& topic, Message& message);
  /// `prepared`: the topic of Prepare, or null. TopicNotFound when it was deleted meanwhile.
  Result<Published> Accept(storage::Txn& txn, const std::string& topic_arn, const TopicPtr& prepared, Message& message);

  /// Whether the subscription's filter lets the message pass.
  static bool Wants(const Subscription& subscription, const Message& message);

 private:
  void Archive(storage::Txn& txn, const Topic& topic, const Message& message);
  void DropExpired(const runtime::DueTask& task);

  const ServiceDeps deps_;
  TopicStore& topics_;
  MessageSigner& signer_;
  Deliveries& deliveries_;
};

}  // namespace stratolite::sns
