#include <gtest/gtest.h>

#include "unit/services/events/delivery_fixture.hpp"

namespace stratolite::events {
namespace {

using PutEventsTest = DeliveryTest;

TEST_F(PutEventsTest, AnEventReachesTheQueueOfARuleThatMatches) {
  Rule("mine", "shop", {Target("orders")});
  Rule("other", "bank", {Target("payments")});
  const Json answer = Put({Entry("shop", R"({ "b": [1, 2.50 ], "a" : "x y" })")});
  EXPECT_EQ(answer.at("FailedEntryCount"), 0);
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["queue"], "orders");
  EXPECT_EQ(taken[0]["service"], "events.amazonaws.com");
  EXPECT_EQ(taken[0]["source"], "arn:aws:events:us-east-1:123456789012:rule/mine");
  const auto body = taken[0]["body"].get<std::string>();
  const Json event = Json::parse(body);
  EXPECT_EQ(event["id"], answer["Entries"][0]["EventId"]);
  // The detail keeps its order and spelling, and loses only white space.
  EXPECT_NE(body.find(R"("resources":[],"detail":{"b":[1,2.50],"a":"x y"}})"), std::string::npos) << body;
  EXPECT_EQ(event["version"], "0");
  EXPECT_EQ(event["detail-type"], "thing");
  EXPECT_EQ(event["source"], "shop");
  EXPECT_EQ(event["account"], "123456789012");
  EXPECT_EQ(event["region"], "us-east-1");
  EXPECT_EQ(event["time"], FormatIso8601(std::chrono::floor<std::chrono::seconds>(events_.Now())));
}

TEST_F(PutEventsTest, TimeResourcesAndTraceAreTheEntrys) {
  Rule("mine", "shop", {Target("orders")});
  Json entry = Entry("shop");
  entry["Time"] = 1700000000.75;
  entry["Resources"] = {"arn:aws:s3:::a", "b\"c"};
  entry["TraceHeader"] = "Root=1-2-3";
  Put({entry});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["trace"], "Root=1-2-3");
  const Json event = Json::parse(taken[0]["body"].get<std::string>());
  EXPECT_EQ(event["time"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(event["resources"], (Json{"arn:aws:s3:::a", "b\"c"}));
}

TEST_F(PutEventsTest, EachEntryIsJudgedAlone) {
  Rule("mine", "shop", {Target("orders")});
  Json without_source = Entry("");
  without_source.erase("Source");
  Json without_type = Entry("shop");
  without_type.erase("DetailType");
  Json without_detail = Entry("shop");
  without_detail.erase("Detail");
  const Json answer = Put({without_source, without_type, without_detail, Entry("aws.s3"), Entry("shop", "[1]"),
                           Entry("shop", "{\"a\":"), Entry("shop", "\"text\""), Entry("shop")});
  EXPECT_EQ(answer["FailedEntryCount"], 7);
  const Json& entries = answer["Entries"];
  const auto error = [&](std::size_t i) {
    return entries[i].value("ErrorCode", "") + ": " + entries[i].value("ErrorMessage", "");
  };
  EXPECT_EQ(error(0), "InvalidArgument: Parameter Source is not valid. Reason: Source is a required argument.");
  EXPECT_EQ(error(1), "InvalidArgument: Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  EXPECT_EQ(error(2), "InvalidArgument: Parameter Detail is not valid. Reason: Detail is a required argument.");
  EXPECT_EQ(error(3), "NotAuthorizedForSourceException: Not authorized for the source.");
  for (const std::size_t i : {4U, 5U, 6U}) EXPECT_EQ(error(i), "MalformedDetail: Detail is malformed.");
  EXPECT_TRUE(entries[7].contains("EventId"));
  EXPECT_EQ(Taken().size(), 1U);
}

TEST_F(PutEventsTest, NothingHidesBehindANulInADetail) {
  const Json answer = Put({Entry("shop", std::string("{}\0", 3)), Entry("shop", std::string("{}\0{", 4))});
  EXPECT_EQ(answer["FailedEntryCount"], 2);
  EXPECT_EQ(answer["Entries"][0]["ErrorCode"], "MalformedDetail");
}

TEST_F(PutEventsTest, AnEventForABusThatIsNotThereIsTakenAndGone) {
  Json entry = Entry("shop");
  entry["EventBusName"] = "nowhere";
  const Json answer = Put({entry});
  EXPECT_EQ(answer["FailedEntryCount"], 0);
  EXPECT_TRUE(answer["Entries"][0].contains("EventId"));
}

TEST_F(PutEventsTest, BusesAreNamedByNameOrByArnAlsoOfAnotherAccount) {
  const Json bus = events_.MustCall("CreateEventBus", {{"Name", "sales"}});
  Rule("mine", "shop", {Target("orders")}, "sales");
  Json by_name = Entry("shop");
  by_name["EventBusName"] = "sales";
  Json by_arn = Entry("shop");
  by_arn["EventBusName"] = bus["EventBusArn"];
  Put({by_name, by_arn, Entry("shop")});
  EXPECT_EQ(Taken().size(), 2U);
  events_.scope.account = AccountId("999999999999");
  Put({by_arn});
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(Json::parse(taken[0]["body"].get<std::string>())["account"], "999999999999");
}

TEST_F(PutEventsTest, ACallMayCarryLessThanAMebibyte) {
  const std::string half(1 << 19, 'x');
  EXPECT_EQ(events_.ErrorCode(
                "PutEvents",
                {{"Entries", {Entry("shop", Json{{"a", half}}.dump()), Entry("shop", Json{{"a", half}}.dump())}}}),
            "ValidationException");
  EXPECT_EQ(Put({Entry("shop", Json{{"a", half}}.dump())})["FailedEntryCount"], 0);
}

TEST_F(PutEventsTest, MoreThanTenEntriesAreRefused) {
  EXPECT_EQ(events_.ErrorCode("PutEvents", {{"Entries", Json(11, Entry("shop"))}}), "ValidationException");
  EXPECT_EQ(Put(Json(10, Entry("shop")))["Entries"].size(), 10U);
}

TEST_F(PutEventsTest, ARuleThatWasChangedCountsForTheNextEvent) {
  Rule("mine", "shop", {Target("orders")});
  Put({Entry("shop")});
  EXPECT_EQ(Taken().size(), 1U);
  events_.MustCall("DisableRule", {{"Name", "mine"}});
  Put({Entry("shop")});
  EXPECT_EQ(Taken().size(), 0U);
  events_.MustCall("EnableRule", {{"Name", "mine"}});
  events_.MustCall("RemoveTargets", {{"Rule", "mine"}, {"Ids", {"orders"}}});
  Put({Entry("shop")});
  EXPECT_EQ(Taken().size(), 0U);
}

}  // namespace
}  // namespace stratolite::events
