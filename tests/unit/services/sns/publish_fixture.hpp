#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sns/sns.hpp"
#include "stratolite/service/event_router.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sns {

/// Stands in for SQS: every queue exists but those whose name begins with `gone`.
class KeptDeliveries final : public DeliveryTarget {
 public:
  Result<void> CheckTarget(const Arn&) override { return {}; }
  Result<void> Deliver(storage::Txn& txn, const Delivery& delivery) override {
    transactions.insert(&txn);
    if (delivery.target.resource.starts_with("gone")) return AwsError{"QueueDoesNotExist", "The queue is gone."};
    taken.push_back(delivery);
    return {};
  }
  std::vector<Delivery> taken;
  std::set<const storage::Txn*> transactions;
};

/// SNS with topics that deliver to queues.
class PublishFixture : public ::testing::Test {
 protected:
  PublishFixture() {
    sns_.protocol = wire::Protocol::kQuery;
    sns_.world().deps().events.Offer("sqs", &queues_);
  }

  static std::string QueueArn(const std::string& name) { return "arn:aws:sqs:us-east-1:123456789012:" + name; }
  std::string Topic(const std::string& name = "topic", Json attributes = Json::object()) {
    return sns_.MustCall("CreateTopic", {{"Name", name}, {"Attributes", std::move(attributes)}})["TopicArn"];
  }
  std::string FifoTopic(Json attributes = Json::object()) {
    attributes["FifoTopic"] = "true";
    return Topic("topic.fifo", std::move(attributes));
  }
  std::string Subscribe(const std::string& topic, const std::string& queue, Json attributes = Json::object()) {
    return sns_.MustCall("Subscribe", {{"TopicArn", topic},
                                       {"Protocol", "sqs"},
                                       {"Endpoint", QueueArn(queue)},
                                       {"Attributes", std::move(attributes)}})["SubscriptionArn"];
  }
  std::string SubscribeRaw(const std::string& topic, const std::string& queue) {
    return Subscribe(topic, queue, {{"RawMessageDelivery", "true"}});
  }
  /// Queue and body of what was delivered since this was last asked.
  std::vector<std::string> Taken() {
    std::vector<std::string> found;
    for (const Delivery& delivery : std::exchange(queues_.taken, {}))
      found.push_back(delivery.target.resource + ": " + delivery.body);
    return found;
  }

  testing::ServiceHarness sns_{kDescriptor};
  KeptDeliveries queues_;
};

}  // namespace stratolite::sns
