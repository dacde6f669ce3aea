#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

using Names = std::vector<std::string>;

TEST_F(EventsTest, ARuleNamesItsBusInItsArn) {
  events_.MustCall("CreateEventBus", {{"Name", "orders"}});
  const Json pattern = {{"Name", "rule"}, {"EventPattern", R"({"source":["a"]})"}};
  EXPECT_EQ(events_.MustCall("PutRule", pattern)["RuleArn"], Arn("rule/rule"));
  Json on_bus = pattern;
  on_bus["EventBusName"] = Arn("event-bus/orders");
  EXPECT_EQ(events_.MustCall("PutRule", on_bus)["RuleArn"], Arn("rule/orders/rule"));
  const Json described = events_.MustCall("DescribeRule", {{"Name", "rule"}, {"EventBusName", "orders"}});
  EXPECT_EQ(described["EventBusName"], "orders");
  EXPECT_EQ(described["CreatedBy"], "123456789012");
  EXPECT_EQ(described["State"], "ENABLED");
  EXPECT_FALSE(described.contains("Description"));
}

TEST_F(EventsTest, PutRuleReplacesAllButTargetsAndTags) {
  events_.MustCall("PutRule", {{"Name", "rule"},
                               {"EventPattern", R"({"source":["a"]})"},
                               {"Description", "old"},
                               {"State", "DISABLED"},
                               {"RoleArn", "arn:aws:iam::123456789012:role/r"},
                               {"Tags", Json::array({{{"Key", "k"}, {"Value", "v"}}})}});
  events_.MustCall("PutTargets", Targets());
  events_.MustCall("PutRule", {{"Name", "rule"}, {"ScheduleExpression", "rate(5 minutes)"}});
  const Json described = Describe("rule");
  EXPECT_EQ(described["State"], "ENABLED");
  EXPECT_EQ(described["ScheduleExpression"], "rate(5 minutes)");
  for (const char* member : {"Description", "EventPattern", "RoleArn"}) EXPECT_FALSE(described.contains(member));
  EXPECT_EQ(events_.MustCall("ListTargetsByRule", {{"Rule", "rule"}})["Targets"].size(), 1U);
  EXPECT_EQ(events_.MustCall("ListTagsForResource", {{"ResourceARN", Arn("rule/rule")}})["Tags"].size(), 1U);
}

TEST_F(EventsTest, RulesAreRefusedInAwssWords) {
  EXPECT_EQ(Message("PutRule", {{"Name", "r"}}), "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  EXPECT_EQ(Message("PutRule", {{"Name", "r"}, {"EventBusName", "none"}, {"EventPattern", R"({"source":["a"]})"}}),
            "Event bus none does not exist.");
  EXPECT_EQ(events_.ErrorCode("PutRule", {{"Name", "r"}, {"EventPattern", "{"}}), "InvalidEventPatternException");
  events_.MustCall("CreateEventBus", {{"Name", "orders"}});
  EXPECT_EQ(Message("PutRule", {{"Name", "r"}, {"EventBusName", "orders"}, {"ScheduleExpression", "rate(1 hour)"}}),
            "ScheduleExpression is supported only on the default event bus.");
  for (const char* schedule :
       {"rate(1 minutes)", "rate(10 minute)", "rate(0 minutes)", "rate(-10 minutes)", "rate(10 MINUTES)",
        "rate( 10 minutes )", " rate(10 minutes)", "rate(10)", "rate()", "rate(10 seconds)", "rate(5 years)",
        "foo(10 minutes)", "at(2030-01-01T00:00:00)", "cron(0 1 * * * *)", "5 minutes"}) {
    EXPECT_EQ(Message("PutRule", {{"Name", "r"}, {"ScheduleExpression", schedule}}),
              "Parameter ScheduleExpression is not valid.")
        << schedule;
  }
  for (const char* schedule : {"rate(1 minute)", "rate(10 minutes)", "rate(1 day)", "cron(0 12 * * ? *)"})
    events_.MustCall("PutRule", {{"Name", "r"}, {"ScheduleExpression", schedule}});
  EXPECT_EQ(Message("DescribeRule", {{"Name", "none"}}), "Rule none does not exist on EventBus default.");
}

TEST_F(EventsTest, RulesAreSwitchedOffAndOn) {
  Rule("rule");
  events_.MustCall("DisableRule", {{"Name", "rule"}});
  EXPECT_EQ(Describe("rule")["State"], "DISABLED");
  events_.MustCall("EnableRule", {{"Name", "rule"}});
  EXPECT_EQ(Describe("rule")["State"], "ENABLED");
  EXPECT_EQ(events_.ErrorCode("EnableRule", {{"Name", "none"}}), "ResourceNotFoundException");
}

TEST_F(EventsTest, ARuleWithTargetsCannotBeDeleted) {
  Rule("rule");
  events_.MustCall("PutTargets", Targets());
  EXPECT_EQ(Message("DeleteRule", {{"Name", "rule"}}), "Rule can't be deleted since it has targets.");
  events_.MustCall("RemoveTargets", {{"Rule", "rule"}, {"Ids", Json::array({"t"})}});
  events_.MustCall("DeleteRule", {{"Name", "rule"}});
  events_.MustCall("DeleteRule", {{"Name", "rule"}});
  EXPECT_EQ(events_.ErrorCode("DescribeRule", {{"Name", "rule"}}), "ResourceNotFoundException");
  EXPECT_EQ(events_.ErrorCode("DeleteRule", {{"Name", "r"}, {"EventBusName", "none"}}), "ResourceNotFoundException");
}

TEST_F(EventsTest, RulesAreListedByPageAndPrefix) {
  for (const char* name : {"b", "a-2", "a-1"}) Rule(name);
  const Json first = events_.MustCall("ListRules", {{"Limit", 2}});
  EXPECT_EQ(Column(first["Rules"], "Name"), (Names{"a-1", "a-2"}));
  const Json rest = events_.MustCall("ListRules", {{"Limit", 2}, {"NextToken", first["NextToken"]}});
  EXPECT_EQ(Column(rest["Rules"], "Name"), Names{"b"});
  EXPECT_FALSE(rest.contains("NextToken"));
  EXPECT_EQ(events_.MustCall("ListRules", {{"NamePrefix", "a"}})["Rules"].size(), 2U);
  EXPECT_EQ(events_.ErrorCode("ListRules", {{"EventBusName", "none"}}), "ResourceNotFoundException");
}

TEST_F(EventsTest, RulesAreFoundByTheirTarget) {
  for (const char* name : {"rule", "other", "third"}) Rule(name);
  events_.MustCall("PutTargets", Targets());
  Json other = Targets();
  other["Rule"] = "other";
  events_.MustCall("PutTargets", other);
  EXPECT_EQ(events_.MustCall("ListRuleNamesByTarget", {{"TargetArn", QueueArn("q")}})["RuleNames"],
            Json::array({"other", "rule"}));
  EXPECT_EQ(events_.MustCall("ListRuleNamesByTarget", {{"TargetArn", QueueArn("none")}})["RuleNames"], Json::array());
}

TEST_F(EventsTest, ABusOfAnotherAccountIsNamedByItsArn) {
  events_.MustCall("CreateEventBus", {{"Name", "orders"}});
  events_.scope.account = AccountId("999999999999");
  const Json made = events_.MustCall(
      "PutRule",
      {{"Name", "mine"}, {"EventBusName", Arn("event-bus/orders")}, {"EventPattern", R"({"source":["a"]})"}});
  EXPECT_EQ(made["RuleArn"], Arn("rule/orders/mine"));
  const Json described =
      events_.MustCall("DescribeRule", {{"Name", "mine"}, {"EventBusName", Arn("event-bus/orders")}});
  EXPECT_EQ(described["CreatedBy"], "999999999999");
}

}  // namespace
}  // namespace stratolite::events
