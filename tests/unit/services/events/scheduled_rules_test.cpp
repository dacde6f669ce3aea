#include <gtest/gtest.h>

#include "unit/services/events/delivery_fixture.hpp"

namespace stratolite::events {
namespace {

using namespace std::chrono_literals;

class ScheduledRulesTest : public DeliveryTest {
 protected:
  void Schedule(const std::string& name, const std::string& expression) {
    events_.MustCall("PutRule", {{"Name", name}, {"ScheduleExpression", expression}});
    PutTargets(name, {Target(name)});
  }
  std::vector<std::string> TimesOfBodies() {
    std::vector<std::string> times;
    for (const std::string& body : Bodies()) times.push_back(Json::parse(body)["time"]);
    return times;
  }
};

TEST_F(ScheduledRulesTest, ARateFiresAfterEachIntervalWithTheScheduledEvent) {
  Schedule("tick", "rate(5 minutes)");
  events_.Advance(4min + 59s);
  EXPECT_EQ(Taken().size(), 0U);
  events_.Advance(1s);
  const auto bodies = Bodies();
  ASSERT_EQ(bodies.size(), 1U);
  Json event = Json::parse(bodies[0]);
  EXPECT_FALSE(event["id"].get<std::string>().empty());
  event.erase("id");
  EXPECT_EQ(event, (Json{{"version", "0"},
                         {"detail-type", "Scheduled Event"},
                         {"source", "aws.events"},
                         {"account", "123456789012"},
                         {"time", FormatIso8601(std::chrono::floor<std::chrono::seconds>(events_.Now()))},
                         {"region", "us-east-1"},
                         {"resources", {"arn:aws:events:us-east-1:123456789012:rule/tick"}},
                         {"detail", Json::object()}}));
}

TEST_F(ScheduledRulesTest, AdvancingTheClockFiresEveryTimeInOrder) {
  Schedule("hourly", "cron(0 * * * ? *)");
  events_.Advance(5h);
  const auto times = TimesOfBodies();
  ASSERT_EQ(times.size(), 5U);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  for (const std::string& time : times) EXPECT_EQ(time.substr(13), ":00:00Z");
}

TEST_F(ScheduledRulesTest, ADisabledRuleRestsAndAnEnabledOneGoesOn) {
  Schedule("tick", "rate(1 minute)");
  events_.MustCall("DisableRule", {{"Name", "tick"}});
  events_.Advance(10min);
  EXPECT_EQ(Taken().size(), 0U);
  events_.MustCall("EnableRule", {{"Name", "tick"}});
  events_.Advance(1min);
  EXPECT_EQ(Taken().size(), 1U);
}

TEST_F(ScheduledRulesTest, AChangedScheduleMovesTheNextTime) {
  Schedule("tick", "rate(1 hour)");
  events_.MustCall("PutRule", {{"Name", "tick"}, {"ScheduleExpression", "rate(2 minutes)"}});
  events_.Advance(4min);
  EXPECT_EQ(Taken().size(), 2U);
}

TEST_F(ScheduledRulesTest, ADeletedRuleFiresNoMore) {
  Schedule("tick", "rate(1 minute)");
  events_.MustCall("RemoveTargets", {{"Rule", "tick"}, {"Ids", {"tick"}}});
  events_.MustCall("DeleteRule", {{"Name", "tick"}});
  events_.Advance(3min);
  EXPECT_EQ(Taken().size(), 0U);
}

TEST_F(ScheduledRulesTest, InputsApplyToScheduledEventsToo) {
  events_.MustCall("PutRule", {{"Name", "tick"}, {"ScheduleExpression", "rate(1 minute)"}});
  Json target = Target("q");
  target["Input"] = R"({"custom": true})";
  PutTargets("tick", {target});
  events_.Advance(1min);
  EXPECT_EQ(Bodies(), std::vector<std::string>{R"({"custom": true})"});
}

}  // namespace
}  // namespace stratolite::events
