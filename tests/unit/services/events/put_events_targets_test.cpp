#include <gtest/gtest.h>

#include "stratolite/ports/event_bus.hpp"
#include "stratolite/ports/registry.hpp"
#include "unit/services/events/delivery_fixture.hpp"

namespace stratolite::events {
namespace {

class PutEventsTargetsTest : public DeliveryTest {
 protected:
  Json BusTarget(const std::string& bus, const std::string& region = "us-east-1") {
    return {{"Id", bus},
            {"Arn", "arn:aws:events:" + region + ":123456789012:event-bus/" + bus},
            {"RoleArn", "arn:aws:iam::123456789012:role/r"}};
  }
  Json WithDeadLetters(Json target) {
    target["DeadLetterConfig"] = {{"Arn", QueueArn("dead")}};
    return target;
  }
};

TEST_F(PutEventsTargetsTest, EveryTargetGetsItsOwnInput) {
  Json fixed = Target("fixed");
  fixed["Input"] = R"({"hello": "there"})";
  Json part = Target("part");
  part["InputPath"] = "$.detail.order";
  Json made = Target("made");
  made["InputTransformer"] = {{"InputPathsMap", {{"id", "$.detail.order.id"}}},
                              {"InputTemplate", R"({"order": <id>, "text": "no. <id>"})"}};
  Rule("mine", "shop", {fixed, part, made});
  Put({Entry("shop", R"({"order": {"id": 7, "b": 1, "a": 2}})")});
  EXPECT_EQ(Bodies(), (std::vector<std::string>{R"({"hello": "there"})", R"({"id":7,"b":1,"a":2})",
                                                R"({"order": 7, "text": "no. 7"})"}));
}

TEST_F(PutEventsTargetsTest, MessagesForFifoQueuesHaveTheTargetsGroup) {
  Json target = Target("orders.fifo");
  target["SqsParameters"] = {{"MessageGroupId", "group-1"}};
  Rule("mine", "shop", {target});
  Put({Entry("shop")});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["group"], "group-1");
}

TEST_F(PutEventsTargetsTest, WhatATargetRefusesGoesToItsDeadLetterQueueAsItCame) {
  Json gone = WithDeadLetters(Target("gone"));
  gone["Input"] = "{}";
  Rule("mine", "shop", {gone, Target("orders")});
  Put({Entry("shop")});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0]["queue"], "dead");
  EXPECT_EQ(taken[0]["body"], taken[1]["body"]);
  const auto text = [](const std::string& value) { return Json{{"DataType", "String"}, {"StringValue", value}}; };
  EXPECT_EQ(taken[0]["attributes"], (Json{{"RULE_ARN", text("arn:aws:events:us-east-1:123456789012:rule/mine")},
                                          {"TARGET_ARN", text(QueueArn("gone"))},
                                          {"ERROR_CODE", text("NO_RESOURCE")},
                                          {"ERROR_MESSAGE", text("The queue is gone.")}}));
  EXPECT_EQ(Lost(), 0);
}

TEST_F(PutEventsTargetsTest, WithoutADeadLetterQueueTheEventIsReportedAsLost) {
  Json both_gone = Target("gone-2");
  both_gone["DeadLetterConfig"] = {{"Arn", QueueArn("gone-3")}};
  Rule("mine", "shop", {Target("gone"), both_gone, Target("orders")});
  Put({Entry("shop")});
  EXPECT_EQ(Taken().size(), 1U);
  EXPECT_EQ(Lost(), 2);
}

TEST_F(PutEventsTargetsTest, TargetsOfServicesThatNobodyBuiltFailToTheDeadLetterQueue) {
  const Json function = {{"Id", "f"}, {"Arn", "arn:aws:lambda:us-east-1:123456789012:function:f"}};
  Rule("mine", "shop", {WithDeadLetters(function)});
  Put({Entry("shop")});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["attributes"]["ERROR_CODE"]["StringValue"], "NO_RESOURCE");
}

TEST_F(PutEventsTargetsTest, AnEventGoesFromBusToBusAndNotToAThird) {
  for (const char* const bus : {"second", "third"}) events_.MustCall("CreateEventBus", {{"Name", bus}});
  Rule("to-second", "shop", {BusTarget("second")});
  Rule("to-third", "shop", {Target("two"), WithDeadLetters(BusTarget("third"))}, "second");
  Rule("last", "shop", {Target("three")}, "third");
  const Json answer = Put({Entry("shop")});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0]["queue"], "two");
  EXPECT_EQ(Json::parse(taken[0]["body"].get<std::string>())["id"], answer["Entries"][0]["EventId"]);
  EXPECT_EQ(taken[1]["queue"], "dead");
  EXPECT_EQ(taken[1]["attributes"]["ERROR_CODE"]["StringValue"], "THIRD_ACCOUNT_HOP_DETECTED");
}

TEST_F(PutEventsTargetsTest, InAnotherRegionAnEventHasANewIdAndKeepsItsRegion) {
  Rule("away", "shop", {BusTarget("default", "eu-west-1"), Target("here")});
  events_.scope.region = Region("eu-west-1");
  Rule("there", "shop", {Target("there")});
  events_.scope.region = Region("us-east-1");
  Put({Entry("shop")});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 2U);
  const Json there = Json::parse(taken[0]["body"].get<std::string>());
  const Json here = Json::parse(taken[1]["body"].get<std::string>());
  EXPECT_EQ(taken[0]["queue"], "there");
  EXPECT_NE(there["id"], here["id"]);
  EXPECT_EQ(there["region"], "us-east-1");
  EXPECT_EQ(there["detail"], here["detail"]);
}

TEST_F(PutEventsTargetsTest, ARuleFoundWithinATransactionIsDeliveredAllTheSame) {
  // Nobody has asked for the queue's service when the bus learns of the event.
  const Json function = {{"Id", "f"}, {"Arn", "arn:aws:lambda:us-east-1:123456789012:function:f"}};
  Rule("mine", "shop", {Target("two"), WithDeadLetters(function)});
  const ServiceDeps& deps = events_.world().deps();
  deps.db.Transact([&](storage::Txn& txn) {
    deps.ports.Find<ports::EventBus>()->Emit(txn, {.source = "shop",
                                                   .detail_type = "t",
                                                   .detail = Json::object(),
                                                   .resources = {},
                                                   .scope = events_.scope,
                                                   .time = {}});
  });
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0]["queue"], "two");
  EXPECT_EQ(taken[1]["queue"], "dead");
}

TEST_F(PutEventsTargetsTest, OtherServicesDeliverEnvelopesOrDetails) {
  Rule("mine", "shop", {Target("orders")});
  const auto deliver = [&](const std::string& body, const Json& parameters) {
    const ServiceDeps& deps = events_.world().deps();
    const Delivery delivery{.target = *Arn::Parse("arn:aws:events:us-east-1:123456789012:event-bus/default"),
                            .source_service = "pipes.amazonaws.com",
                            .source_arn = *Arn::Parse("arn:aws:pipes:us-east-1:123456789012:pipe/p"),
                            .source_account = AccountId("123456789012"),
                            .body = body,
                            .parameters = parameters};
    return deps.db.Transact([&](storage::Txn& txn) { return deps.events.Send(txn, delivery); });
  };
  EXPECT_TRUE(deliver(R"({"a": 1})", {{"DetailType", "thing"}, {"Source", "shop"}, {"Resources", {"r"}}}).ok());
  EXPECT_TRUE(deliver(R"({"source": "shop", "detail-type": "other", "detail": {"b": 2}})", nullptr).ok());
  EXPECT_EQ(deliver("[]", {{"DetailType", "thing"}, {"Source", "shop"}}).error().code, "MalformedDetail");
  const auto bodies = Bodies();
  ASSERT_EQ(bodies.size(), 2U);
  EXPECT_EQ(Json::parse(bodies[0])["resources"], Json{"r"});
  EXPECT_EQ(Json::parse(bodies[0])["detail"], (Json{{"a", 1}}));
  EXPECT_EQ(Json::parse(bodies[1])["detail-type"], "other");
  EXPECT_EQ(Json::parse(bodies[1])["region"], "us-east-1");
}

TEST_F(PutEventsTargetsTest, ThePlatformsOwnEventsComeToTheDefaultBus) {
  Rule("mine", "aws.s3", {Target("orders")});
  const ServiceDeps& deps = events_.world().deps();
  auto* const bus = deps.ports.Find<ports::EventBus>();
  ASSERT_NE(bus, nullptr);
  deps.db.Transact([&](storage::Txn& txn) {
    bus->Emit(txn, {.source = "aws.s3",
                    .detail_type = "Object Created",
                    .detail = {{"a", 1}},
                    .resources = {"arn:aws:s3:::b"},
                    .scope = events_.scope,
                    .time = events_.Now()});
  });
  const auto bodies = Bodies();
  ASSERT_EQ(bodies.size(), 1U);
  EXPECT_EQ(Json::parse(bodies[0])["detail-type"], "Object Created");
}

}  // namespace
}  // namespace stratolite::events
