#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "events/events.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"
#include "support/service_harness.hpp"

namespace stratolite::events {

/// Stands in for SQS: every queue exists but those whose name begins with `gone`; what arrives is told by its admin page.
class TakenQueues final : public Service, public DeliveryTarget {
 public:
  explicit TakenQueues(const ServiceDeps& deps) { deps.events.Offer("sqs", this); }

  void Register(OperationTable&) override {}
  Result<void> CheckTarget(const Arn&) override { return {}; }
  Result<void> Deliver(storage::Txn&, const Delivery& delivery) override {
    if (delivery.target.resource.starts_with("gone")) return AwsError{"QueueDoesNotExist", "The queue is gone."};
    const std::scoped_lock lock(mutex_);
    taken_.push_back({{"queue", delivery.target.resource},
                      {"source", delivery.source_arn.ToString()},
                      {"service", delivery.source_service},
                      {"group", delivery.group_id},
                      {"trace", delivery.trace_header},
                      {"attributes", delivery.attributes},
                      {"body", delivery.body}});
    return {};
  }
  std::optional<Result<Json>> Admin(const AdminRequest&) override {
    const std::scoped_lock lock(mutex_);
    return Result<Json>(std::exchange(taken_, Json::array()));
  }

 private:
  std::mutex mutex_;
  Json taken_ = Json::array();
};

inline constexpr ServiceDescriptor kTakenQueues{
    .name = "sqs",
    .make = [](const ServiceDeps& deps) -> std::unique_ptr<Service> { return std::make_unique<TakenQueues>(deps); }};

/// EventBridge with rules that deliver to queues.
class DeliveryTest : public ::testing::Test {
 protected:
  static std::string QueueArn(const std::string& name) { return "arn:aws:sqs:us-east-1:123456789012:" + name; }
  static Json Target(const std::string& queue) { return {{"Id", queue}, {"Arn", QueueArn(queue)}}; }
  static Json Entry(const std::string& source, const std::string& detail = R"({"a": 1})") {
    return {{"Source", source}, {"DetailType", "thing"}, {"Detail", detail}};
  }

  /// A rule of the bus for events of one source.
  void Rule(const std::string& name, const std::string& source, Json targets, const std::string& bus = "default") {
    events_.MustCall(
        "PutRule",
        {{"Name", name}, {"EventBusName", bus}, {"EventPattern", Json{{"source", Json::array({source})}}.dump()}});
    PutTargets(name, std::move(targets), bus);
  }
  void PutTargets(const std::string& rule, Json targets, const std::string& bus = "default") {
    const Json answer =
        events_.MustCall("PutTargets", {{"Rule", rule}, {"EventBusName", bus}, {"Targets", std::move(targets)}});
    EXPECT_EQ(answer.at("FailedEntryCount"), 0);
  }
  Json Put(Json entries) { return events_.MustCall("PutEvents", {{"Entries", std::move(entries)}}); }
  /// What the queues took since this was last asked.
  Json Taken() {
    events_.Advance(Duration::zero());
    Service* const queues = events_.world().FindService("sqs");
    return *queues->Admin({.path = "", .query = {}, .default_scope = {}})->operator->();
  }
  std::vector<std::string> Bodies() {
    std::vector<std::string> bodies;
    for (const Json& one : Taken()) bodies.push_back(one.at("body"));
    return bodies;
  }
  std::int64_t Lost() { return static_cast<std::int64_t>(events_.world().deps().events.ReadStatus().lost); }

  testing::ServiceHarness events_{std::vector{kDescriptor, kTakenQueues}};
};

}  // namespace stratolite::events
