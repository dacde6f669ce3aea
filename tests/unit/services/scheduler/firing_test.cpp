#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/scheduler.hpp"
#include "sqs/sqs.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/event_router.hpp"
#include "support/service_harness.hpp"

namespace stratolite::scheduler {
namespace {

using namespace std::chrono_literals;

constexpr const char* kCallerRole = "arn:aws:iam::123456789012:role/path/caller";
constexpr const char* kQueueArn = "arn:aws:sqs:us-east-1:123456789012:queue";
constexpr const char* kDeadLetterArn = "arn:aws:sqs:us-east-1:123456789012:dead";

/// A service that exists only here, for how a target may fail.
class TroubledTarget final : public DeliveryTarget {
 public:
  Result<void> CheckTarget(const Arn&) override { return {}; }
  Result<void> Deliver(storage::Txn&, const Delivery& delivery) override {
    bodies.push_back(delivery.body);
    parameters = delivery.parameters;
    if (failures == 0) return {};
    --failures;
    return error;
  }

  int failures = 0;
  AwsError error{.code = "ThrottlingException", .message = "slow down"};
  std::vector<std::string> bodies;
  Json parameters;
};

class FiringTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.world().deps().events.FindTarget(*Arn::Parse(kQueueArn));
    world_.world().deps().events.Offer("lambda", &target_);
    world_.world().deps().events.Offer("events", &target_);
    for (const char* name : {"queue", "dead"}) {
      Json made = Sqs("CreateQueue", {{"QueueName", name}});
      urls_[name] = made["QueueUrl"];
    }
  }

  Json Sqs(std::string_view operation, Json input) {
    world_.service = "sqs";
    Json answer = world_.MustCall(operation, std::move(input));
    world_.service = "scheduler";
    return answer;
  }
  void Create(const std::string& expression, const Json& target, const Json& more = Json::object()) {
    Json definition{{"Name", "one"},
                    {"ScheduleExpression", expression},
                    {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
                    {"Target", target}};
    definition.update(more);
    world_.MustCall("CreateSchedule", definition);
    world_.Advance(0s);
  }
  static Json Target(const std::string& arn, const Json& more = Json::object()) {
    Json target{{"Arn", arn}, {"RoleArn", kCallerRole}};
    target.update(more);
    return target;
  }
  Json Lambda(const Json& more = Json::object()) {
    return Target("arn:aws:lambda:us-east-1:123456789012:function:f", more);
  }
  /// Takes what is in a queue, with its attributes.
  std::vector<Json> Take(const std::string& queue) {
    std::vector<Json> messages;
    while (true) {
      const Json answer =
          Sqs("ReceiveMessage",
              {{"QueueUrl", urls_[queue]}, {"MaxNumberOfMessages", 10}, {"MessageAttributeNames", {"All"}}});
      if (!answer.contains("Messages")) return messages;
      for (const Json& message : answer["Messages"]) {
        messages.push_back(message);
        Sqs("DeleteMessage", {{"QueueUrl", urls_[queue]}, {"ReceiptHandle", message["ReceiptHandle"]}});
      }
    }
  }
  std::vector<std::string> Bodies(const std::string& queue) {
    std::vector<std::string> bodies;
    for (const Json& message : Take(queue)) bodies.push_back(message["Body"]);
    return bodies;
  }
  std::string At(Duration after) { return FormatIso8601(start_ + after); }
  static std::string Expression(TimePoint time) { return "at(" + FormatIso8601(time).substr(0, 19) + ")"; }
  bool Exists() { return world_.Call("GetSchedule", {{"Name", "one"}}).ok(); }

  testing::ServiceHarness world_{{kDescriptor, sqs::kDescriptor}};
  const TimePoint start_ = world_.Now();
  std::map<std::string, std::string> urls_;
  TroubledTarget target_;
};

TEST_F(FiringTest, ARateBeginsAtOnceAndRepeats) {
  Create("rate(5 minutes)", Target(kQueueArn, {{"Input", "at <aws.scheduler.scheduled-time>"}}));
  EXPECT_EQ(Bodies("queue"), (std::vector<std::string>{"at " + At(0s)}));
  world_.Advance(4min + 59s);
  EXPECT_EQ(Bodies("queue"), std::vector<std::string>{});
  world_.Advance(6min);
  EXPECT_EQ(Bodies("queue"), (std::vector<std::string>{"at " + At(5min), "at " + At(10min)}));
}

TEST_F(FiringTest, ADayOfFiveMinutesIs288CallsInOrder) {
  Create("rate(5 minutes)", Lambda({{"Input", "\"<aws.scheduler.scheduled-time>\""}}));
  world_.Advance(24h);
  ASSERT_EQ(target_.bodies.size(), 289U);
  for (int i = 0; i <= 288; ++i) EXPECT_EQ(target_.bodies[static_cast<std::size_t>(i)], "\"" + At(i * 5min) + "\"");
}

TEST_F(FiringTest, ARateWaitsForItsStartAndEndsAtItsEnd) {
  const auto seconds = [&](Duration after) { return EpochSeconds(start_ + after); };
  Create("rate(10 minutes)", Lambda({{"Input", "\"<aws.scheduler.scheduled-time>\""}}),
         {{"StartDate", seconds(1h)}, {"EndDate", seconds(80min)}});
  world_.Advance(5h);
  EXPECT_EQ(target_.bodies,
            (std::vector<std::string>{"\"" + At(60min) + "\"", "\"" + At(70min) + "\"", "\"" + At(80min) + "\""}));
  EXPECT_TRUE(Exists());
}

TEST_F(FiringTest, WithoutAnInputTheDefaultNotificationIsSent) {
  Create(Expression(start_ + 1h), Target(kQueueArn));
  world_.Advance(2h);
  const std::vector<std::string> bodies = Bodies("queue");
  ASSERT_EQ(bodies.size(), 1U);
  Json body = Json::parse(bodies[0]);
  EXPECT_EQ(body["id"].get<std::string>().size(), 36U);
  body.erase("id");
  EXPECT_EQ(body, (Json{{"version", "0"},
                        {"detail-type", "Scheduled Event"},
                        {"source", "aws.scheduler"},
                        {"account", "123456789012"},
                        {"time", At(1h)},
                        {"region", "us-east-1"},
                        {"resources", {"arn:aws:scheduler:us-east-1:123456789012:schedule/default/one"}},
                        {"detail", "{}"}}));
}

TEST_F(FiringTest, OneTimeSchedulesFireOnceAndGoWhenToldTo) {
  Create(Expression(start_ + 1h), Target(kQueueArn, {{"Input", "x"}}), {{"ActionAfterCompletion", "DELETE"}});
  EXPECT_TRUE(Exists());
  world_.Advance(1h);
  EXPECT_FALSE(Exists());
  world_.Advance(24h);
  EXPECT_EQ(Bodies("queue").size(), 1U);
}

TEST_F(FiringTest, AOneTimeScheduleThatIsKeptDoesNotFireAgainWhenItIsUpdated) {
  const std::string expression = Expression(start_ + 1h);
  Create(expression, Target(kQueueArn, {{"Input", "x"}}));
  world_.Advance(2h);
  world_.MustCall("UpdateSchedule", {{"Name", "one"},
                                     {"ScheduleExpression", expression},
                                     {"Description", "new"},
                                     {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
                                     {"Target", Target(kQueueArn, {{"Input", "y"}})}});
  world_.Advance(2h);
  EXPECT_EQ(Bodies("queue"), (std::vector<std::string>{"x"}));
}

TEST_F(FiringTest, AMomentThatHasPassedComesAtOnce) {
  Create(Expression(start_ - 24h), Target(kQueueArn, {{"Input", "<aws.scheduler.scheduled-time>"}}));
  EXPECT_EQ(Bodies("queue"), (std::vector<std::string>{At(-24h)}));
}

TEST_F(FiringTest, ADisabledScheduleRestsAndGoesOnWhereItWas) {
  const Json target = Lambda({{"Input", "\"<aws.scheduler.scheduled-time>\""}});
  Create("rate(1 hours)", target);
  Json definition{{"Name", "one"},
                  {"ScheduleExpression", "rate(1 hours)"},
                  {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
                  {"Target", target},
                  {"State", "DISABLED"}};
  world_.MustCall("UpdateSchedule", definition);
  world_.Advance(150min);
  EXPECT_EQ(target_.bodies.size(), 1U);
  definition["State"] = "ENABLED";
  world_.MustCall("UpdateSchedule", definition);
  world_.Advance(1h);
  EXPECT_EQ(target_.bodies, (std::vector<std::string>{"\"" + At(0h) + "\"", "\"" + At(3h) + "\""}));
}

TEST_F(FiringTest, AnotherDescriptionDisturbsNoRate) {
  const Json target = Lambda({{"Input", "\"<aws.scheduler.scheduled-time>\""}});
  Create("rate(1 hours)", target);
  world_.Advance(30min);
  world_.MustCall("UpdateSchedule", {{"Name", "one"},
                                     {"ScheduleExpression", "rate(1 hours)"},
                                     {"Description", "new"},
                                     {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
                                     {"Target", target}});
  world_.Advance(30min);
  EXPECT_EQ(target_.bodies, (std::vector<std::string>{"\"" + At(0h) + "\"", "\"" + At(1h) + "\""}));
}

TEST_F(FiringTest, AFlexibleWindowIsKept) {
  std::optional<TimePoint> came;
  Create(Expression(start_ + 1h), Lambda({{"Input", "\"<aws.scheduler.scheduled-time>\""}}),
         {{"FlexibleTimeWindow", {{"Mode", "FLEXIBLE"}, {"MaximumWindowInMinutes", 15}}}});
  for (int minute = 0; minute < 120 && !came; ++minute) {
    world_.Advance(1min);
    if (!target_.bodies.empty()) came = world_.Now();
  }
  ASSERT_TRUE(came);
  EXPECT_GE(*came, start_ + 1h);
  EXPECT_LE(*came, start_ + 76min);
  EXPECT_EQ(target_.bodies[0], "\"" + At(1h) + "\"");
}

TEST_F(FiringTest, CronFollowsItsZone) {
  Create("cron(0 9 * * ? *)", Lambda({{"Input", "\"<aws.scheduler.scheduled-time>\""}}),
         {{"ScheduleExpressionTimezone", "Asia/Kathmandu"}});
  world_.Advance(24h);
  ASSERT_EQ(target_.bodies.size(), 1U);
  EXPECT_EQ(target_.bodies[0].substr(12, 8), "03:15:00");
}

TEST_F(FiringTest, ADeletedScheduleIsSilent) {
  Create("rate(1 minute)", Lambda());
  world_.MustCall("DeleteSchedule", {{"Name", "one"}});
  world_.Advance(1h);
  EXPECT_EQ(target_.bodies.size(), 1U);
}

TEST_F(FiringTest, AQueueThatIsGoneMeansADeadLetterAtOnce) {
  Create(Expression(start_ + 1min), Target("arn:aws:sqs:us-east-1:123456789012:gone",
                                           {{"Input", "lost"}, {"DeadLetterConfig", {{"Arn", kDeadLetterArn}}}}));
  world_.Advance(1min);
  const std::vector<Json> letters = Take("dead");
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0]["Body"], "lost");
  std::map<std::string, std::string> attributes;
  for (const auto& [name, value] : letters[0]["MessageAttributes"].items()) {
    EXPECT_EQ(value["DataType"], "String");
    attributes[name] = value["StringValue"];
  }
  EXPECT_EQ(attributes["EXECUTION_ID"].size(), 16U);
  attributes.erase("EXECUTION_ID");
  EXPECT_EQ(attributes, (std::map<std::string, std::string>{
                            {"ERROR_CODE", "AWS.SimpleQueueService.NonExistentQueue"},
                            {"ERROR_MESSAGE", "The specified queue does not exist."},
                            {"IS_PAYLOAD_TRUNCATED", "false"},
                            {"RETRY_ATTEMPTS", "0"},
                            {"SCHEDULED_TIME", At(1min)},
                            {"SCHEDULE_ARN", "arn:aws:scheduler:us-east-1:123456789012:schedule/default/one"},
                            {"TARGET_ARN", "arn:aws:sqs:us-east-1:123456789012:gone"}}));
}

TEST_F(FiringTest, WhatMayPassIsTriedAgain) {
  target_.failures = 3;
  Create(Expression(start_ + 1min), Lambda({{"Input", "{\"try\": \"<aws.scheduler.attempt-number>\"}"}}),
         {{"ActionAfterCompletion", "DELETE"}});
  world_.Advance(1min);
  EXPECT_EQ(target_.bodies, (std::vector<std::string>{"{\"try\": \"1\"}"}));
  EXPECT_TRUE(Exists());
  world_.Advance(1h);
  EXPECT_EQ(target_.bodies,
            (std::vector<std::string>{"{\"try\": \"1\"}", "{\"try\": \"2\"}", "{\"try\": \"3\"}", "{\"try\": \"4\"}"}));
  EXPECT_FALSE(Exists());
}

TEST_F(FiringTest, TriesEndWithThePolicy) {
  target_.failures = 1000;
  const auto policy = [](int age, int attempts) {
    return Json{{"MaximumEventAgeInSeconds", age}, {"MaximumRetryAttempts", attempts}};
  };
  Create(
      Expression(start_ + 1min),
      Lambda({{"Input", "\"a\""}, {"RetryPolicy", policy(86400, 2)}, {"DeadLetterConfig", {{"Arn", kDeadLetterArn}}}}));
  world_.Advance(1h);
  EXPECT_EQ(target_.bodies.size(), 3U);
  Create(
      Expression(start_ + 2h),
      Lambda({{"Input", "\"b\""}, {"RetryPolicy", policy(60, 185)}, {"DeadLetterConfig", {{"Arn", kDeadLetterArn}}}}),
      {{"Name", "two"}});
  world_.Advance(2h);
  const std::vector<Json> letters = Take("dead");
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0]["Body"], "\"a\"");
  EXPECT_EQ(letters[0]["MessageAttributes"]["EXHAUSTED_RETRY_CONDITION"]["StringValue"], "MaximumRetryAttempts");
  EXPECT_EQ(letters[0]["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"], "2");
  EXPECT_EQ(letters[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"], "ThrottlingException");
  EXPECT_EQ(letters[1]["MessageAttributes"]["EXHAUSTED_RETRY_CONDITION"]["StringValue"], "MaximumEventAgeInSeconds");
}

TEST_F(FiringTest, WhatCannotBeDeliveredIsCountedAsLost) {
  Create(Expression(start_ + 1min), Target("arn:aws:states:us-east-1:123456789012:stateMachine:m"));
  world_.Advance(1min);
  const EventRouter::Status status = world_.world().deps().events.ReadStatus();
  EXPECT_EQ(status.lost, 1U);
  ASSERT_EQ(status.losses.size(), 1U);
  EXPECT_EQ(status.losses[0].reason.code, "NotImplemented");
}

TEST_F(FiringTest, AnEventHasSourceAndTypeOfItsParameters) {
  Create(Expression(start_ + 1min),
         Target("arn:aws:events:us-east-1:123456789012:event-bus/default",
                {{"Input", "{\"a\": 1}"}, {"EventBridgeParameters", {{"Source", "my.app"}, {"DetailType", "tick"}}}}));
  world_.Advance(1min);
  EXPECT_EQ(target_.bodies, (std::vector<std::string>{"{\"a\": 1}"}));
  EXPECT_EQ(target_.parameters["Source"], "my.app");
  EXPECT_EQ(target_.parameters["DetailType"], "tick");
}

TEST_F(FiringTest, UniversalTargetsCallAnyOperation) {
  const std::string input = Json{{"QueueUrl", urls_["queue"]},
                                 {"MessageBody", "try <aws.scheduler.attempt-number> of <aws.scheduler.schedule-arn>"}}
                                .dump();
  Create(Expression(start_ + 1min), Target("arn:aws:scheduler:::aws-sdk:sqs:sendMessage", {{"Input", input}}),
         {{"ActionAfterCompletion", "DELETE"}});
  world_.Advance(1min);
  EXPECT_EQ(Bodies("queue"),
            (std::vector<std::string>{"try 1 of arn:aws:scheduler:us-east-1:123456789012:schedule/default/one"}));
  EXPECT_FALSE(Exists());
  world_.Advance(1h);
  EXPECT_EQ(Bodies("queue"), std::vector<std::string>{});
}

TEST_F(FiringTest, AUniversalTargetThatRefusesMeansADeadLetter) {
  Create(Expression(start_ + 1min),
         Target("arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
                {{"Input", R"({"QueueUrl": "http://localhost:4566/123456789012/none", "MessageBody": "x"})"},
                 {"DeadLetterConfig", {{"Arn", kDeadLetterArn}}}}));
  world_.Advance(1min);
  const std::vector<Json> letters = Take("dead");
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"], "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(letters[0]["MessageAttributes"]["TARGET_ARN"]["StringValue"],
            "arn:aws:scheduler:::aws-sdk:sqs:sendMessage");
}

TEST_F(FiringTest, ASlowUniversalCallIsNotRepeatedWhileItLasts) {
  const std::string input = Json{{"QueueUrl", urls_["queue"]}, {"WaitTimeSeconds", 20}}.dump();
  Create("rate(30 minutes)", Target("arn:aws:scheduler:::aws-sdk:sqs:receiveMessage", {{"Input", input}}));
  world_.Advance(10min);
  Sqs("SendMessage", {{"QueueUrl", urls_["queue"]}, {"MessageBody", "still here"}});
  EXPECT_EQ(Bodies("queue"), (std::vector<std::string>{"still here"}));
}

}  // namespace
}  // namespace stratolite::scheduler
