#pragma once

#include "sns/fan_out.hpp"
#include "sns/publish_operations.hpp"
#include "sns/topic_store.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Topics as the end of other services' deliveries: each is published as a message is, in the sender's transaction. `parameters` may name a `Subject`. Everything given must outlive it. Thread-safe. Blocks.
class TopicTarget final : public DeliveryTarget {
 public:
  TopicTarget(const ServiceDeps& deps, TopicStore& topics, FanOut& fan_out, const KnownEndpoint& endpoint)
      : deps_(deps), topics_(topics), fan_out_(fan_out), endpoint_(endpoint) {}

  /// NotFound.
  Result<void> CheckTarget(const Arn& target) override;
  /// NotFound, InvalidParameter: as a publisher would get them.
  Result<void> Deliver(storage::Txn& txn, const Delivery& delivery) override;
  std::string PolicyOf(storage::Txn& txn, const Arn& target) override;

 private:
  const ServiceDeps deps_;
  TopicStore& topics_;
  FanOut& fan_out_;
  const KnownEndpoint& endpoint_;
};

}  // namespace stratolite::sns
