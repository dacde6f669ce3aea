#include <gtest/gtest.h>

#include "events/events.hpp"
#include "stratolite/service/access.hpp"
#include "support/service_harness.hpp"

namespace stratolite::events {
namespace {

class BusAccessGuideTest : public ::testing::Test {
 protected:
  std::vector<AccessNeed> NeedsOfCall(std::string_view operation, Json input) {
    call_.operation = operation;
    call_.input = std::move(input);
    call_.scope = events_.scope;
    std::vector<AccessNeed> needs = NeedsOf("events", call_).value();
    guide().Refine(call_, needs);
    return needs;
  }
  ResourceFacts FactsOfResource(std::string_view arn) {
    AccessNeed need{.action = "events:PutRule"};
    need.resource = arn;
    return guide().FactsOf(call_, need);
  }
  AccessGuide& guide() { return *events_.world().FindService("events")->access_guide(); }

  testing::ServiceHarness events_{kDescriptor};
  Call call_;
};

TEST_F(BusAccessGuideTest, RulesOfCustomBusesHaveTheBusInTheirArn) {
  EXPECT_EQ(NeedsOfCall("DescribeRule", {{"Name", "r"}})[0].resource, "arn:aws:events:us-east-1:123456789012:rule/r");
  EXPECT_EQ(NeedsOfCall("DescribeRule", {{"Name", "r"}, {"EventBusName", "orders"}})[0].resource,
            "arn:aws:events:us-east-1:123456789012:rule/orders/r");
  EXPECT_EQ(NeedsOfCall("PutTargets", {{"Rule", "r"},
                                       {"EventBusName", "arn:aws:events:us-east-1:444455556666:event-bus/theirs"},
                                       {"Targets", Json::array()}})[0]
                .resource,
            "arn:aws:events:us-east-1:444455556666:rule/theirs/r");
}

TEST_F(BusAccessGuideTest, EveryEventIsDecidedOnItsBus) {
  Json entries = Json::array();
  entries.push_back({{"Source", "a"}, {"DetailType", "x"}, {"Detail", "{}"}});
  entries.push_back({{"Source", "b"}, {"DetailType", "y"}, {"Detail", "{}"}, {"EventBusName", "orders"}});
  const auto needs = NeedsOfCall("PutEvents", {{"Entries", entries}});
  ASSERT_EQ(needs.size(), 2U);
  EXPECT_EQ(needs[0].resource, "arn:aws:events:us-east-1:123456789012:event-bus/default");
  EXPECT_EQ(needs[1].resource, "arn:aws:events:us-east-1:123456789012:event-bus/orders");
  EXPECT_EQ(needs[1].context.Find("events:source")->front(), "b");
  EXPECT_EQ(needs[1].context.Find("events:detail-type")->front(), "y");
}

TEST_F(BusAccessGuideTest, TargetsAndPatternsAreConditionKeysAndRolesAreHandedOn) {
  Json targets = Json::array();
  targets.push_back({{"Id", "1"}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:q"}});
  targets.push_back({{"Id", "2"},
                     {"Arn", "arn:aws:events:us-east-1:123456789012:event-bus/b"},
                     {"RoleArn", "arn:aws:iam::123456789012:role/r"}});
  const auto put = NeedsOfCall("PutTargets", {{"Rule", "r"}, {"Targets", targets}});
  ASSERT_EQ(put.size(), 2U);
  EXPECT_EQ(put[0].context.Find("events:TargetArn")->size(), 2U);
  EXPECT_EQ(put[1].action, "iam:PassRole");
  EXPECT_EQ(put[1].resource, "arn:aws:iam::123456789012:role/r");
  const auto rule = NeedsOfCall("PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["aws.ec2"]})"}});
  EXPECT_EQ(rule[0].context.Find("events:source")->front(), "aws.ec2");
}

TEST_F(BusAccessGuideTest, BusesBringTheirPolicyAndRulesTheirMaker) {
  events_.MustCall("PutPermission",
                   {{"Action", "events:PutEvents"}, {"Principal", "444455556666"}, {"StatementId", "them"}});
  EXPECT_NE(FactsOfResource("arn:aws:events:us-east-1:123456789012:event-bus/default").policy.find("444455556666"),
            std::string::npos);
  Json tags = Json::array();
  tags.push_back({{"Key", "team"}, {"Value", "red"}});
  events_.MustCall("PutRule", {{"Name", "r"}, {"ScheduleExpression", "rate(1 day)"}, {"Tags", tags}});
  const ResourceFacts facts = FactsOfResource("arn:aws:events:us-east-1:123456789012:rule/r");
  EXPECT_EQ(facts.tags.at("team"), "red");
  ASSERT_NE(facts.context.Find("events:creatorAccount"), nullptr);
  EXPECT_EQ(facts.context.Find("events:creatorAccount")->front(), "123456789012");
}

}  // namespace
}  // namespace stratolite::events
