#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

class EventsTargetsTest : public EventsTest {
 protected:
  void SetUp() override { Rule("rule"); }
  Json Listed() { return events_.MustCall("ListTargetsByRule", {{"Rule", "rule"}})["Targets"]; }
  std::string Refusal(const Json& more) { return Message("PutTargets", Targets(more)); }
  static Json Transformer(const std::string& text) {
    return {{"InputTransformer", {{"InputPathsMap", {{"known", "$.detail.x"}}}, {"InputTemplate", text}}}};
  }
};

TEST_F(EventsTargetsTest, TargetsAreListedAsTheyWerePut) {
  const Json target = {{"Id", "t"},
                       {"Arn", QueueArn("q.fifo")},
                       {"Input", R"({"a":1})"},
                       {"SqsParameters", {{"MessageGroupId", "g"}}},
                       {"DeadLetterConfig", {{"Arn", QueueArn("dead")}}},
                       {"RetryPolicy", {{"MaximumRetryAttempts", 3}, {"MaximumEventAgeInSeconds", 60}}}};
  const Json answer = events_.MustCall("PutTargets", {{"Rule", "rule"}, {"Targets", Json::array({target})}});
  EXPECT_EQ(answer, Json::parse(R"({"FailedEntryCount": 0, "FailedEntries": []})"));
  EXPECT_EQ(Listed(), Json::array({target}));
}

TEST_F(EventsTargetsTest, ATargetOfTheSameIdReplacesTheOldOneInItsPlace) {
  for (const char* id : {"z", "a"}) events_.MustCall("PutTargets", Targets({{"Id", id}}));
  events_.MustCall("PutTargets", Targets({{"Id", "z"}, {"Arn", QueueArn("new")}}));
  EXPECT_EQ(Column(Listed(), "Id"), (std::vector<std::string>{"z", "a"}));
  EXPECT_EQ(Listed()[0]["Arn"], QueueArn("new"));
}

TEST_F(EventsTargetsTest, ARuleHasFiveTargetsAtMost) {
  for (const char* id : {"1", "2", "3", "4", "5"}) events_.MustCall("PutTargets", Targets({{"Id", id}}));
  EXPECT_EQ(Refusal({{"Id", "6"}}), "The requested resource exceeds the maximum number allowed.");
  events_.MustCall("PutTargets", Targets({{"Id", "5"}}));
  EXPECT_EQ(Listed().size(), 5U);
}

TEST_F(EventsTargetsTest, TargetsAreListedByPage) {
  for (const char* id : {"3", "1", "2"}) events_.MustCall("PutTargets", Targets({{"Id", id}}));
  const Json first = events_.MustCall("ListTargetsByRule", {{"Rule", "rule"}, {"Limit", 2}});
  EXPECT_EQ(Column(first["Targets"], "Id"), (std::vector<std::string>{"3", "1"}));
  const Json rest =
      events_.MustCall("ListTargetsByRule", {{"Rule", "rule"}, {"Limit", 2}, {"NextToken", first["NextToken"]}});
  EXPECT_EQ(Column(rest["Targets"], "Id"), std::vector<std::string>{"2"});
  EXPECT_FALSE(rest.contains("NextToken"));
}

TEST_F(EventsTargetsTest, TargetsAreRefusedInAwssWords) {
  EXPECT_EQ(Refusal({{"Arn", "queue"}}),
            "Parameter queue is not valid. Reason: Provided Arn is not in correct format.");
  EXPECT_EQ(Refusal({{"Arn", QueueArn("q.fifo")}}), "Parameter(s) SqsParameters must be specified for target: t.");
  EXPECT_EQ(Refusal({{"Input", "{"}}), "JSON syntax error in input for target t.");
  EXPECT_EQ(Refusal({{"Input", "{}"}, {"InputPath", "$.a"}}),
            "Only one of Input, InputPath, or InputTransformer must be provided for target t.");
  EXPECT_EQ(Refusal({{"Arn", "arn:aws:states:us-east-1:123456789012:stateMachine:m"}}),
            "RoleArn is required for target arn:aws:states:us-east-1:123456789012:stateMachine:m.");
  EXPECT_EQ(Message("PutTargets", {{"Rule", "none"}, {"Targets", Targets()["Targets"]}}),
            "Rule none does not exist on EventBus default.");
  EXPECT_EQ(Listed(), Json::array());
}

TEST_F(EventsTargetsTest, ATemplateKnowsItsPlaceholders) {
  EXPECT_EQ(Refusal(Transformer(R"("<known> and <unknown>")")),
            "InputTemplate for target t contains invalid placeholder unknown.");
  events_.MustCall("PutTargets",
                   Targets(Transformer(R"({"a": <known>, "b": "<aws.events.rule-name>", "c": "1 < 2 > 1"})")));
  EXPECT_EQ(Listed().size(), 1U);
}

TEST_F(EventsTargetsTest, NothingIsPutWhenOneTargetIsWrong) {
  Json targets = Targets();
  targets["Targets"].push_back({{"Id", "u"}, {"Arn", "wrong"}});
  EXPECT_EQ(events_.ErrorCode("PutTargets", targets), "ValidationException");
  EXPECT_EQ(Listed(), Json::array());
}

TEST_F(EventsTargetsTest, RemovingWhatIsNotThereIsNoFailure) {
  events_.MustCall("PutTargets", Targets());
  const Json answer = events_.MustCall("RemoveTargets", {{"Rule", "rule"}, {"Ids", Json::array({"none", "t"})}});
  EXPECT_EQ(answer["FailedEntryCount"], 0);
  EXPECT_EQ(Listed(), Json::array());
  EXPECT_EQ(events_.ErrorCode("RemoveTargets", {{"Rule", "none"}, {"Ids", Json::array({"t"})}}),
            "ResourceNotFoundException");
}

}  // namespace
}  // namespace stratolite::events
