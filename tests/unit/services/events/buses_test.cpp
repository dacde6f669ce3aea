#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

using Names = std::vector<std::string>;

TEST_F(EventsTest, TheDefaultBusIsThereWithoutBeingMade) {
  const Json described = events_.MustCall("DescribeEventBus");
  EXPECT_EQ(described["Name"], "default");
  EXPECT_EQ(described["Arn"], Arn("event-bus/default"));
  EXPECT_TRUE(described.contains("CreationTime"));
  EXPECT_EQ(Column(events_.MustCall("ListEventBuses")["EventBuses"], "Name"), Names{"default"});
}

TEST_F(EventsTest, TheDefaultBusKeepsItsTimeOfCreation) {
  const Json first = events_.MustCall("DescribeEventBus");
  events_.Advance(std::chrono::hours(1));
  EXPECT_EQ(events_.MustCall("DescribeEventBus")["CreationTime"], first["CreationTime"]);
}

TEST_F(EventsTest, ABusHasWhatItWasMadeWith) {
  const Json created = events_.MustCall("CreateEventBus", {{"Name", "orders"},
                                                           {"Description", "of books"},
                                                           {"KmsKeyIdentifier", "alias/key"},
                                                           {"DeadLetterConfig", {{"Arn", QueueArn("dead")}}},
                                                           {"LogConfig", {{"Level", "INFO"}}}});
  EXPECT_EQ(created["EventBusArn"], Arn("event-bus/orders"));
  EXPECT_EQ(created["KmsKeyIdentifier"], "alias/key");
  const Json described = events_.MustCall("DescribeEventBus", {{"Name", Arn("event-bus/orders")}});
  EXPECT_EQ(described["Description"], "of books");
  EXPECT_EQ(described["DeadLetterConfig"]["Arn"], QueueArn("dead"));
  EXPECT_EQ(described["LogConfig"]["Level"], "INFO");
  EXPECT_FALSE(described.contains("Policy"));
}

TEST_F(EventsTest, AnUpdateReplacesTheSettingsOfABus) {
  events_.MustCall("CreateEventBus", {{"Name", "orders"}, {"Description", "old"}, {"KmsKeyIdentifier", "key"}});
  events_.Advance(std::chrono::seconds(5));
  EXPECT_EQ(events_.MustCall("UpdateEventBus", {{"Name", "orders"}, {"Description", "new"}})["Description"], "new");
  const Json described = events_.MustCall("DescribeEventBus", {{"Name", "orders"}});
  EXPECT_EQ(described["Description"], "new");
  EXPECT_FALSE(described.contains("KmsKeyIdentifier"));
  EXPECT_NE(described["CreationTime"], described["LastModifiedTime"]);
  EXPECT_EQ(events_.ErrorCode("UpdateEventBus", {{"Name", "none"}}), "ResourceNotFoundException");
}

TEST_F(EventsTest, BusesAreRefusedByName) {
  EXPECT_EQ(Message("CreateEventBus", {{"Name", "default"}}), "Event bus default already exists.");
  EXPECT_EQ(Message("CreateEventBus", {{"Name", "a/b"}}), "Event bus name must not contain '/'.");
  EXPECT_EQ(Message("CreateEventBus", {{"Name", "aws.partner/a/b"}, {"EventSourceName", "aws.partner/a/b"}}),
            "Event source aws.partner/a/b does not exist.");
  EXPECT_EQ(Message("DescribeEventBus", {{"Name", "none"}}), "Event bus none does not exist.");
  EXPECT_EQ(events_.ErrorCode("CreateEventBus", {{"Name", "a b"}}), "ValidationException");
}

TEST_F(EventsTest, OnlyACustomBusWithoutRulesCanBeDeleted) {
  EXPECT_EQ(Message("DeleteEventBus", {{"Name", "default"}}), "Cannot delete event bus default.");
  events_.MustCall("CreateEventBus", {{"Name", "orders"}});
  Rule("rule", "orders");
  EXPECT_EQ(Message("DeleteEventBus", {{"Name", "orders"}}), "EventBus can't be deleted since it has rules.");
  events_.MustCall("DeleteRule", {{"Name", "rule"}, {"EventBusName", "orders"}});
  events_.MustCall("DeleteEventBus", {{"Name", "orders"}});
  events_.MustCall("DeleteEventBus", {{"Name", "orders"}});
  EXPECT_EQ(events_.ErrorCode("DescribeEventBus", {{"Name", "orders"}}), "ResourceNotFoundException");
}

TEST_F(EventsTest, BusesAreListedByPageAndPrefix) {
  for (const char* name : {"b-2", "b-1", "c"}) events_.MustCall("CreateEventBus", {{"Name", name}});
  const Json first = events_.MustCall("ListEventBuses", {{"Limit", 2}});
  EXPECT_EQ(Column(first["EventBuses"], "Name"), (Names{"b-1", "b-2"}));
  const Json second = events_.MustCall("ListEventBuses", {{"Limit", 2}, {"NextToken", first["NextToken"]}});
  EXPECT_EQ(Column(second["EventBuses"], "Name"), (Names{"c", "default"}));
  EXPECT_FALSE(second.contains("NextToken"));
  EXPECT_EQ(Column(events_.MustCall("ListEventBuses", {{"NamePrefix", "b-"}})["EventBuses"], "Name"),
            (Names{"b-1", "b-2"}));
  EXPECT_EQ(events_.ErrorCode("ListEventBuses", {{"NextToken", "?"}}), "ValidationException");
}

TEST_F(EventsTest, BusesOfAnotherRegionAreOthers) {
  events_.MustCall("CreateEventBus", {{"Name", "orders"}});
  events_.scope.region = Region("eu-west-1");
  EXPECT_EQ(events_.ErrorCode("DescribeEventBus", {{"Name", "orders"}}), "ResourceNotFoundException");
  EXPECT_EQ(events_.MustCall("DescribeEventBus", {{"Name", Arn("event-bus/orders")}})["Arn"], Arn("event-bus/orders"));
}

TEST_F(EventsTest, StatusCountsRulesAndTargets) {
  Rule("rule");
  events_.MustCall("PutTargets", Targets());
  const ResourceList buses = DescribeBuses(events_.world().deps(), 5);
  EXPECT_EQ(buses.count, 1);
  ASSERT_EQ(buses.largest.size(), 1U);
  EXPECT_EQ(buses.largest[0].name, "default");
  EXPECT_EQ(buses.largest[0].numbers[0].value, 1);
  EXPECT_EQ(buses.largest[0].numbers[1].value, 1);
}

}  // namespace
}  // namespace stratolite::events
