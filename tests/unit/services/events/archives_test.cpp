#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

class EventsArchivesTest : public EventsTest {
 protected:
  Json Archive(const std::string& name, Json more = Json::object()) {
    more.update({{"ArchiveName", name}, {"EventSourceArn", Arn("event-bus/default")}});
    return more;
  }
  Json Replay(const std::string& name) {
    return {{"ReplayName", name},
            {"EventSourceArn", Arn("archive/a")},
            {"EventStartTime", 1000},
            {"EventEndTime", 2000},
            {"Destination", {{"Arn", Arn("event-bus/default")}}}};
  }
  std::string ReplayRefusal(const Json& change) {
    Json replay = Replay("r");
    replay.update(change);
    return Message("StartReplay", replay);
  }
};

TEST_F(EventsArchivesTest, AnArchiveHasWhatItWasMadeWith) {
  const Json made = events_.MustCall("CreateArchive", Archive("a", {{"Description", "all"}, {"RetentionDays", 3}}));
  EXPECT_EQ(made["ArchiveArn"], Arn("archive/a"));
  EXPECT_EQ(made["State"], "ENABLED");
  const Json described = events_.MustCall("DescribeArchive", {{"ArchiveName", "a"}});
  EXPECT_EQ(described["RetentionDays"], 3);
  EXPECT_EQ(described["EventCount"], 0);
  EXPECT_EQ(described["SizeBytes"], 0);
  EXPECT_EQ(described["Description"], "all");
  EXPECT_FALSE(described.contains("EventPattern"));
  EXPECT_EQ(Message("CreateArchive", Archive("a")), "Archive a already exists.");
}

TEST_F(EventsArchivesTest, AnArchiveHasAManagedRule) {
  events_.MustCall("CreateArchive", Archive("a", {{"EventPattern", R"({"source":["x"]})"}}));
  const Json rule = Describe("Events-Archive-a");
  EXPECT_EQ(rule["ManagedBy"], "prod.vhs.events.aws.internal");
  EXPECT_EQ(Json::parse(rule["EventPattern"].get<std::string>()),
            Json::parse(R"({"source": ["x"], "replay-name": [{"exists": false}]})"));
  const Json targets = events_.MustCall("ListTargetsByRule", {{"Rule", "Events-Archive-a"}})["Targets"];
  EXPECT_EQ(targets[0]["Arn"], "arn:aws:events:us-east-1:::");
  const std::string refusal = "Events-Archive-a is a managed rule. Set 'force' parameter to true to override.";
  EXPECT_EQ(Message("DisableRule", {{"Name", "Events-Archive-a"}}), refusal);
  EXPECT_EQ(Message("DeleteRule", {{"Name", "Events-Archive-a"}}), refusal);
  EXPECT_EQ(Message("PutTargets", {{"Rule", "Events-Archive-a"}, {"Targets", Targets()["Targets"]}}), refusal);
  EXPECT_EQ(Message("PutRule", {{"Name", "Events-Archive-a"}, {"ScheduleExpression", "rate(1 hour)"}}), refusal);
  events_.MustCall("DeleteArchive", {{"ArchiveName", "a"}});
  EXPECT_EQ(events_.ErrorCode("DescribeRule", {{"Name", "Events-Archive-a"}}), "ResourceNotFoundException");
  EXPECT_EQ(Message("DeleteArchive", {{"ArchiveName", "a"}}), "Archive a does not exist.");
}

TEST_F(EventsArchivesTest, AnUpdateKeepsWhatItDoesNotName) {
  events_.MustCall("CreateArchive", Archive("a", {{"Description", "all"}, {"RetentionDays", 3}}));
  events_.MustCall("UpdateArchive", {{"ArchiveName", "a"}, {"EventPattern", R"({"source":["y"]})"}});
  const Json described = events_.MustCall("DescribeArchive", {{"ArchiveName", "a"}});
  EXPECT_EQ(described["Description"], "all");
  EXPECT_EQ(described["RetentionDays"], 3);
  EXPECT_EQ(described["EventPattern"], R"({"source":["y"]})");
  EXPECT_EQ(Json::parse(Describe("Events-Archive-a")["EventPattern"].get<std::string>())["source"], Json::array({"y"}));
  EXPECT_EQ(events_.ErrorCode("UpdateArchive", {{"ArchiveName", "none"}}), "ResourceNotFoundException");
  EXPECT_EQ(events_.ErrorCode("UpdateArchive", {{"ArchiveName", "a"}, {"EventPattern", "{}"}}),
            "InvalidEventPatternException");
  EXPECT_EQ(events_.ErrorCode("UpdateArchive", {{"ArchiveName", "a"}, {"EventPattern", "["}}),
            "InvalidEventPatternException");
}

TEST_F(EventsArchivesTest, AnArchiveOutlivesItsRule) {
  events_.MustCall("CreateArchive", Archive("a"));
  const Json rule = {{"Rule", "Events-Archive-a"}, {"Ids", Json::array({"Events-Archive-a"})}, {"Force", true}};
  events_.MustCall("RemoveTargets", rule);
  events_.MustCall("DeleteRule", {{"Name", "Events-Archive-a"}, {"Force", true}});
  events_.MustCall("UpdateArchive", {{"ArchiveName", "a"}, {"EventPattern", R"({"source":["y"]})"}});
  events_.MustCall("DeleteArchive", {{"ArchiveName", "a"}});
}

TEST_F(EventsArchivesTest, ArchivesAreListedByOneFilter) {
  for (const char* name : {"b", "a"}) events_.MustCall("CreateArchive", Archive(name));
  const auto names = [&](const Json& filter) {
    return Column(events_.MustCall("ListArchives", filter)["Archives"], "ArchiveName");
  };
  EXPECT_EQ(names(Json::object()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(names({{"NamePrefix", "b"}}), std::vector<std::string>{"b"});
  EXPECT_EQ(names({{"State", "DISABLED"}}), std::vector<std::string>{});
  EXPECT_EQ(names({{"EventSourceArn", Arn("event-bus/default")}, {"Limit", 1}}), std::vector<std::string>{"a"});
  EXPECT_EQ(Message("ListArchives", {{"NamePrefix", "b"}, {"State", "ENABLED"}}),
            "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.");
}

TEST_F(EventsArchivesTest, ReplaysAreRefusedInAwssWords) {
  events_.MustCall("CreateArchive", Archive("a"));
  events_.MustCall("CreateEventBus", {{"Name", "other"}});
  EXPECT_EQ(ReplayRefusal({{"EventSourceArn", Arn("archive/none")}}),
            "Parameter EventSourceArn is not valid. Reason: Archive none does not exist.");
  EXPECT_EQ(ReplayRefusal({{"EventEndTime", 1000}}),
            "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.");
  EXPECT_EQ(ReplayRefusal({{"Destination", {{"Arn", QueueArn("q")}}}}),
            "Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.");
  EXPECT_EQ(ReplayRefusal({{"Destination", {{"Arn", Arn("event-bus/other")}}}}),
            "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.");
  EXPECT_EQ(Message("DescribeReplay", {{"ReplayName", "none"}}), "Replay none does not exist.");
  EXPECT_EQ(Message("CancelReplay", {{"ReplayName", "none"}}), "Replay none does not exist.");
  EXPECT_EQ(events_.ErrorCode("ListReplays", {{"NamePrefix", "b"}, {"State", "RUNNING"}}), "ValidationException");
}

TEST_F(EventsArchivesTest, AReplayIsStartedDescribedAndListed) {
  events_.MustCall("CreateArchive", Archive("a"));
  Json replay = Replay("r");
  replay["Description"] = "again";
  replay["Destination"]["FilterArns"] = Json::array({Arn("rule/x")});
  EXPECT_EQ(events_.MustCall("StartReplay", replay)["State"], "STARTING");
  EXPECT_EQ(Message("StartReplay", replay), "Replay r already exists.");
  const Json described = events_.MustCall("DescribeReplay", {{"ReplayName", "r"}});
  EXPECT_EQ(described["Destination"], replay["Destination"]);
  EXPECT_EQ(described["EventStartTime"], 1000);
  EXPECT_EQ(described["ReplayArn"], Arn("replay/r"));
  EXPECT_EQ(Column(events_.MustCall("ListReplays", {{"EventSourceArn", Arn("archive/a")}})["Replays"], "ReplayName"),
            std::vector<std::string>{"r"});
  EXPECT_EQ(events_.MustCall("ListReplays", {{"State", "FAILED"}})["Replays"], Json::array());
}

}  // namespace
}  // namespace stratolite::events
