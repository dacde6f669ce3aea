#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

class EventsTagsTest : public EventsTest {
 protected:
  Json TagsOf(const std::string& arn) {
    return events_.MustCall("ListTagsForResource", {{"ResourceARN", arn}})["Tags"];
  }
  static Json Tag(const std::string& key, const std::string& value) { return {{"Key", key}, {"Value", value}}; }
};

TEST_F(EventsTagsTest, RulesAndBusesHaveTags) {
  events_.MustCall("CreateEventBus", {{"Name", "orders"}, {"Tags", Json::array({Tag("a", "1")})}});
  Rule("rule", "orders");
  for (const std::string& arn : {Arn("event-bus/orders"), Arn("rule/orders/rule"), Arn("event-bus/default")}) {
    events_.MustCall("TagResource", {{"ResourceARN", arn}, {"Tags", Json::array({Tag("a", "2"), Tag("b", "")})}});
    EXPECT_EQ(TagsOf(arn), Json::array({Tag("a", "2"), Tag("b", "")}));
    events_.MustCall("UntagResource", {{"ResourceARN", arn}, {"TagKeys", Json::array({"a", "none"})}});
    EXPECT_EQ(TagsOf(arn), Json::array({Tag("b", "")}));
  }
}

TEST_F(EventsTagsTest, WhatHasNoTagsIsRefused) {
  const auto message = [&](const std::string& arn) { return Message("ListTagsForResource", {{"ResourceARN", arn}}); };
  EXPECT_EQ(message(Arn("rule/none")), "Rule none does not exist on EventBus default.");
  EXPECT_EQ(message(Arn("rule/none/rule")), "Event bus none does not exist.");
  EXPECT_EQ(message("x"), "Parameter x is not valid. Reason: Provided Arn is not in correct format.");
  EXPECT_EQ(message(Arn("archive/a")),
            "Parameter " + Arn("archive/a") + " is not valid. Reason: Provided Arn is not in correct format.");
}

TEST_F(EventsTagsTest, TagsHaveRules) {
  const auto tag = [&](Json tags) {
    return Message("TagResource", {{"ResourceARN", Arn("event-bus/default")}, {"Tags", std::move(tags)}});
  };
  EXPECT_EQ(tag(Json::array({Tag("a", "1"), Tag("a", "2")})), "Invalid parameter: Duplicated keys are not allowed.");
  EXPECT_EQ(tag(Json::array({Tag("aws:a", "1")})), "System tags cannot be added/updated/deleted by requester");
  Json many = Json::array();
  for (int i = 0; i < 51; ++i) many.push_back(Tag(std::to_string(i), ""));
  EXPECT_EQ(tag(many), "The requested resource exceeds the maximum number allowed.");
}

}  // namespace
}  // namespace stratolite::events
