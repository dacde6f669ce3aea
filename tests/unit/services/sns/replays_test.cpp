#include "sns/replays.hpp"

#include <gmock/gmock.h>

#include "unit/services/sns/publish_fixture.hpp"

namespace stratolite::sns {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ReplaysTest : public PublishFixture {
 protected:
  void Publish(const std::string& body) {
    sns_.MustCall("Publish", {{"TopicArn", topic_}, {"Message", body}, {"MessageGroupId", "g"}});
  }
  static std::string Policy(TimePoint from, std::optional<TimePoint> until = std::nullopt) {
    Json policy = {{"PointType", "Timestamp"}, {"StartingPoint", FormatIso8601(from, true)}};
    if (until) policy["EndingPoint"] = FormatIso8601(*until, true);
    return policy.dump();
  }
  std::string SubscribeFrom(const std::string& queue, const std::string& policy) {
    return Subscribe(topic_, queue, {{"RawMessageDelivery", "true"}, {"ReplayPolicy", policy}});
  }
  std::string StatusOf(const std::string& subscription) {
    return sns_.MustCall("GetSubscriptionAttributes", {{"SubscriptionArn", subscription}})["Attributes"].value(
        "ReplayStatus", "");
  }
  std::string topic_ =
      FifoTopic({{"ContentBasedDeduplication", "true"}, {"ArchivePolicy", R"({"MessageRetentionPeriod":"2"})"}});
};

TEST_F(ReplaysTest, ALateSubscriberGetsWhatWasArchivedAndThenWhatIsNew) {
  Publish("one");
  Publish("two");
  const std::string late = SubscribeFrom("late", Policy(sns_.Now() - hours(1)));
  // Whether the replay ran before or runs now: it comes after what is older.
  Publish("three");
  sns_.Advance(seconds(0));
  EXPECT_EQ(StatusOf(late), "Completed");
  EXPECT_THAT(Taken(), ElementsAre("late: one", "late: two", "late: three"));
  Publish("four");
  EXPECT_THAT(Taken(), ElementsAre("late: four"));
}

TEST_F(ReplaysTest, AnEndThatLiesAheadIsWaitedForAndNothingFollowsIt) {
  const std::string late = SubscribeFrom("late", Policy(sns_.Now(), sns_.Now() + hours(1)));
  Publish("one");
  sns_.Advance(seconds(1));
  EXPECT_EQ(StatusOf(late), "In progress");
  EXPECT_THAT(Taken(), ElementsAre("late: one"));
  Publish("two");
  sns_.Advance(hours(2));
  EXPECT_EQ(StatusOf(late), "Completed");
  EXPECT_THAT(Taken(), ElementsAre("late: two"));
  Publish("three");
  sns_.Advance(seconds(1));
  EXPECT_THAT(Taken(), IsEmpty());
}

TEST_F(ReplaysTest, WithoutItsPolicyASubscriptionGetsWhatIsNewAgain) {
  const std::string late = SubscribeFrom("late", Policy(sns_.Now() - hours(1), sns_.Now()));
  sns_.Advance(seconds(1));
  sns_.MustCall("SetSubscriptionAttributes",
                {{"SubscriptionArn", late}, {"AttributeName", "ReplayPolicy"}, {"AttributeValue", ""}});
  EXPECT_EQ(StatusOf(late), "");
  Publish("new");
  EXPECT_THAT(Taken(), ElementsAre("late: new"));
}

TEST_F(ReplaysTest, OthersGoOnWhileOneIsReplayedTo) {
  SubscribeRaw(topic_, "steady");
  SubscribeFrom("late", Policy(sns_.Now()));
  Publish("one");
  sns_.Advance(seconds(0));
  EXPECT_THAT(Taken(), UnorderedElementsAre("steady: one", "late: one"));
}

TEST_F(ReplaysTest, WhatIsOlderThanTheArchiveKeepsIsGone) {
  Publish("old");
  sns_.Advance(hours(30));
  Publish("young");
  sns_.Advance(hours(30));
  SubscribeFrom("late", Policy(sns_.Now() - hours(1000)));
  sns_.Advance(seconds(0));
  EXPECT_THAT(Taken(), ElementsAre("late: young"));
}

}  // namespace
}  // namespace stratolite::sns
