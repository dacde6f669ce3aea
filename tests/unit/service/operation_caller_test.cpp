#include "stratolite/ports/operation_caller.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "support/service_harness.hpp"

namespace stratolite {
namespace {

using namespace std::chrono_literals;

/// Answers to SQS's and S3's names with what it was asked.
class RepeatingService final : public Service {
 public:
  explicit RepeatingService(const ServiceDeps& deps) : deps_(deps) {}

  void Register(OperationTable& operations) override {
    operations.Add("SendMessage", [](const Call& call) -> Result<Json> {
      return Json{{"input", call.input},
                  {"account", call.scope.account.str()},
                  {"region", call.scope.region.str()},
                  {"caller", call.caller.arn},
                  {"agent", call.user_agent},
                  {"has_request_id", !call.request_id.empty()},
                  {"has_reply", call.reply != nullptr}};
    });
    operations.Add("PutObject", [](const Call& call) -> Result<Json> {
      std::string body(100, '\0');
      body.resize(call.body->Read(body.data(), body.size()));
      return Json{{"input", call.input}, {"body", body}};
    });
    operations.Add("DeleteMessage",
                   [](const Call&) -> Result<Json> { return AwsError{.code = "Refused", .message = "no"}; });
    operations.AddAsync("ReceiveMessage", [this](std::shared_ptr<const Call> call, Completion done) {
      deps_.timers.At(deps_.clock.Now() + 10s, [call, done] { done(Json{{"url", call->input["QueueUrl"]}}); });
    });
    operations.Add("CreateSchedule", [](const Call& call) -> Result<Json> { return call.input; });
  }

 private:
  const ServiceDeps& deps_;
};

std::unique_ptr<Service> MakeRepeatingService(const ServiceDeps& deps) {
  return std::make_unique<RepeatingService>(deps);
}

class OperationCallerTest : public ::testing::Test {
 protected:
  /// nullopt: not answered yet.
  std::optional<Result<Json>> Ask(std::string_view service, std::string_view operation, std::string_view input) {
    answer_ = std::make_shared<std::optional<Result<Json>>>();
    auth::Principal caller;
    caller.arn = "arn:aws:sts::123456789012:assumed-role/r/s";
    caller_->Call({.service = service,
                   .operation = operation,
                   .input = input,
                   .scope = scope_,
                   .caller = caller,
                   .source_service = "scheduler.amazonaws.com"},
                  [answer = answer_](Result<Json> outcome) { answer->emplace(std::move(outcome)); });
    return *answer_;
  }
  std::string ErrorOf(std::string_view service, std::string_view operation, std::string_view input) {
    const auto answer = Ask(service, operation, input);
    return answer && !answer->ok() ? answer->error().code : "none";
  }

  testing::ServiceHarness harness_{{{.name = "sqs", .make = MakeRepeatingService, .validates_input = false},
                                    {.name = "s3", .make = MakeRepeatingService, .validates_input = false},
                                    {.name = "scheduler", .make = MakeRepeatingService}}};
  ports::OperationCaller* const caller_ = harness_.world().deps().ports.Find<ports::OperationCaller>();
  const Scope scope_{AccountId("111122223333"), Region("eu-west-1")};
  std::shared_ptr<std::optional<Result<Json>>> answer_;
};

TEST_F(OperationCallerTest, KnowsWhatTheModelsKnowByBothNames) {
  EXPECT_TRUE(caller_->Knows("sqs", "sendMessage"));
  EXPECT_TRUE(caller_->Knows("sqs", "SendMessage"));
  EXPECT_TRUE(caller_->Knows("eventbridge", "putEvents"));
  EXPECT_TRUE(caller_->Knows("events", "putEvents"));
  EXPECT_TRUE(caller_->Knows("cloudwatchlogs", "putLogEvents"));
  EXPECT_FALSE(caller_->Knows("sqs", "sendmessage"));
  EXPECT_TRUE(caller_->Knows("sqs", ""));
  EXPECT_FALSE(caller_->Knows("nothing", ""));
  EXPECT_FALSE(caller_->Knows("", "sendMessage"));
  EXPECT_FALSE(caller_->Knows("nothing", "sendMessage"));
}

TEST_F(OperationCallerTest, CallsAsTheGivenPrincipalInTheGivenScope) {
  const auto answer = Ask("sqs", "sendMessage", R"({"QueueUrl": "u", "MessageBody": "b"})");
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_EQ(**answer, (Json{{"input", {{"QueueUrl", "u"}, {"MessageBody", "b"}}},
                            {"account", "111122223333"},
                            {"region", "eu-west-1"},
                            {"caller", "arn:aws:sts::123456789012:assumed-role/r/s"},
                            {"agent", "scheduler.amazonaws.com"},
                            {"has_request_id", true},
                            {"has_reply", true}}));
}

TEST_F(OperationCallerTest, ABodyIsAStreamToItsHandler) {
  const auto answer = Ask("s3", "putObject", R"({"Bucket": "b", "Key": "k", "Body": "aGVsbG8="})");
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_EQ(**answer, (Json{{"input", {{"Bucket", "b"}, {"Key", "k"}}}, {"body", "hello"}}));
}

TEST_F(OperationCallerTest, AnswersWhenAnAsynchronousHandlerDoes) {
  EXPECT_FALSE(Ask("sqs", "receiveMessage", R"({"QueueUrl": "u"})"));
  harness_.Advance(10s);
  ASSERT_TRUE(answer_->has_value() && (*answer_)->ok());
  EXPECT_EQ(***answer_, (Json{{"url", "u"}}));
}

TEST_F(OperationCallerTest, ErrorsAreThoseThatAClientSees) {
  EXPECT_EQ(ErrorOf("sqs", "deleteMessage", "{}"), "Refused");
  EXPECT_EQ(ErrorOf("sqs", "createQueue", "{}"), "NotImplemented");
  EXPECT_EQ(ErrorOf("dynamodb", "putItem", "{}"), "NotImplemented");
  EXPECT_EQ(ErrorOf("nothing", "doIt", "{}"), "NotImplemented");
  EXPECT_EQ(ErrorOf("sqs", "nonsense", "{}"), "UnknownOperationException");
  EXPECT_EQ(ErrorOf("sqs", "sendMessage", "{"), "SerializationException");
  EXPECT_EQ(ErrorOf("scheduler", "createSchedule", "{}"), "ValidationException");
}

TEST_F(OperationCallerTest, IdempotencyTokensAreMadeUp) {
  const Json input{{"Name", "n"},
                   {"ScheduleExpression", "rate(1 hour)"},
                   {"FlexibleTimeWindow", {{"Mode", "OFF"}}},
                   {"Target", {{"Arn", "a"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}}}};
  const std::string text = input.dump();
  const auto answer = Ask("scheduler", "createSchedule", text);
  ASSERT_TRUE(answer && answer->ok()) << answer->error().message;
  EXPECT_EQ((**answer)["ClientToken"].get<std::string>().size(), 36U);
}

}  // namespace
}  // namespace stratolite
