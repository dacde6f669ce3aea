#include <gtest/gtest.h>

#include <algorithm>

#include "stratolite/service/fields.hpp"
#include "unit/services/events/delivery_fixture.hpp"

namespace stratolite::events {
namespace {

using namespace std::chrono_literals;

class ReplayTest : public DeliveryTest {
 protected:
  void SetUp() override { Rule("mine", "shop", {Target("orders")}); }

  void Archive(const std::string& name, const Json& more = Json::object()) {
    Json input = {{"ArchiveName", name}, {"EventSourceArn", kBus}};
    input.update(more);
    events_.MustCall("CreateArchive", input);
  }
  Json Describe(const std::string& name) { return events_.MustCall("DescribeArchive", {{"ArchiveName", name}}); }
  Json DescribeReplay(const std::string& name) { return events_.MustCall("DescribeReplay", {{"ReplayName", name}}); }
  Json Start(const std::string& name, TimePoint from, TimePoint until, Json rules = Json::array()) {
    Json destination = {{"Arn", kBus}};
    if (!rules.empty()) destination["FilterArns"] = std::move(rules);
    return events_.MustCall("StartReplay", {{"ReplayName", name},
                                            {"EventSourceArn", "arn:aws:events:us-east-1:123456789012:archive/all"},
                                            {"EventStartTime", ToJson(from)},
                                            {"EventEndTime", ToJson(until)},
                                            {"Destination", destination}});
  }

  const std::string kBus = "arn:aws:events:us-east-1:123456789012:event-bus/default";
};

TEST_F(ReplayTest, AnArchiveKeepsWhatItsPatternMatchesAndCountsIt) {
  Archive("all");
  Archive("some", {{"EventPattern", R"({"detail": {"a": [1]}})"}});
  Put({Entry("shop", R"({"a": 1})"), Entry("shop", R"({"a": 2})"), Entry("bank")});
  EXPECT_EQ(Describe("all")["EventCount"], 3);
  EXPECT_EQ(Describe("some")["EventCount"], 2);
}

TEST_F(ReplayTest, AnArchiveCountsBytesAsAwsDoes) {
  // Ten such events were 1590 bytes there.
  Archive("all");
  const std::string name = "core.update-account-command";
  const Json entry = {
      {"Source", name},
      {"DetailType", name},
      {"Detail", R"({"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}})"}};
  Put(Json(10, entry));
  EXPECT_EQ(Describe("all")["SizeBytes"], 1590);
}

TEST_F(ReplayTest, EventsLeaveTheArchiveWhenTheirTimeIsOver) {
  Archive("all", {{"RetentionDays", 2}});
  Put({Entry("shop")});
  events_.Advance(24h);
  Put({Entry("shop"), Entry("shop")});
  EXPECT_EQ(Describe("all")["EventCount"], 3);
  events_.Advance(24h + 1s);
  EXPECT_EQ(Describe("all")["EventCount"], 2);
  events_.Advance(24h);
  EXPECT_EQ(Describe("all")["EventCount"], 0);
  EXPECT_EQ(Describe("all")["SizeBytes"], 0);
}

TEST_F(ReplayTest, AReplayPutsTheEventsOfItsTimeOnTheBusAgain) {
  Archive("all");
  const TimePoint start = events_.Now();
  Put({Entry("shop", R"({"n": 1})")});
  events_.Advance(1h);
  Put({Entry("shop", R"({"n": 2})"), Entry("bank", R"({"n": 3})")});
  events_.Advance(1h);
  Put({Entry("shop", R"({"n": 4})")});
  const Json before = Taken();
  EXPECT_EQ(before.size(), 3U);

  const Json answer = Start("again", start - 1s, start + 90min);
  EXPECT_EQ(answer["State"], "STARTING");
  EXPECT_EQ(DescribeReplay("again")["State"], "STARTING");
  events_.Advance(1s);
  std::vector<int> numbers;
  for (const Json& one : Taken()) {
    const Json event = Json::parse(one["body"].get<std::string>());
    EXPECT_EQ(event["replay-name"], "again");
    numbers.push_back(event["detail"]["n"]);
  }
  EXPECT_EQ(numbers, (std::vector<int>{1, 2}));
  const Json replay = DescribeReplay("again");
  EXPECT_EQ(replay["State"], "COMPLETED");
  EXPECT_EQ(replay["ReplayEndTime"], ToJson(events_.Now()));
  EXPECT_TRUE(replay.contains("EventLastReplayedTime"));
  // What was replayed is not archived once more.
  EXPECT_EQ(Describe("all")["EventCount"], 4);
}

TEST_F(ReplayTest, AReplayMayBeForSomeRulesOnly) {
  Rule("other", "shop", {Target("copies")});
  Archive("all");
  Put({Entry("shop")});
  Taken();
  Start("again", events_.Now() - 1h, events_.Now() + 1h, {"arn:aws:events:us-east-1:123456789012:rule/other"});
  events_.Advance(1s);
  const Json taken = Taken();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0]["queue"], "copies");
}

TEST_F(ReplayTest, ManyEventsAreReplayedEachOnce) {
  Archive("all");
  for (int i = 0; i < 25; ++i) Put(Json(10, Entry("shop", Json{{"n", i}}.dump())));
  Taken();
  Start("again", events_.Now() - 1h, events_.Now() + 1h);
  events_.Advance(1s);
  std::vector<std::string> ids;
  for (const std::string& body : Bodies()) ids.push_back(Json::parse(body)["id"]);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids.size(), 250U);
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
  EXPECT_EQ(DescribeReplay("again")["State"], "COMPLETED");
}

TEST_F(ReplayTest, ACancelledReplayPutsNothing) {
  Archive("all");
  Put({Entry("shop")});
  Taken();
  Start("again", events_.Now() - 1h, events_.Now() + 1h);
  EXPECT_EQ(events_.MustCall("CancelReplay", {{"ReplayName", "again"}})["State"], "CANCELLING");
  events_.Advance(1s);
  EXPECT_EQ(DescribeReplay("again")["State"], "CANCELLED");
  EXPECT_EQ(Taken().size(), 0U);
}

TEST_F(ReplayTest, ADeletedArchiveTakesItsEventsAlong) {
  Archive("all");
  Put({Entry("shop")});
  events_.MustCall("DeleteArchive", {{"ArchiveName", "all"}});
  Archive("all");
  EXPECT_EQ(Describe("all")["EventCount"], 0);
  Put({Entry("shop")});
  EXPECT_EQ(Describe("all")["EventCount"], 1);
}

}  // namespace
}  // namespace stratolite::events
