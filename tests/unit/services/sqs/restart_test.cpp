#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <span>

#include "sqs/sqs.hpp"
#include "stratolite/service/world.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::sqs {
namespace {

using std::chrono_literals::operator""s;

/// A world over a directory that outlives it.
class RestartTest : public ::testing::Test {
 protected:
  ~RestartTest() override { Stop(); }

  void Start(TimePoint now) {
    WorldOptions options;
    options.storage.directory = directory_.path();
    world_ = World::Open(options, std::span(&kDescriptor, 1));
    world_->clock().Freeze();
    world_->clock().Set(now);
    world_->Resume();
    world_->Settle();
  }
  void Stop() {
    if (!world_) return;
    world_->Stop();
    world_.reset();
  }
  Json Call(std::string_view operation, Json input) {
    auto call = std::make_shared<stratolite::Call>();
    call->operation = operation;
    call->input = std::move(input);
    call->scope = {AccountId("123456789012"), Region("us-east-1")};
    call->endpoint = "http://localhost:4566";
    auto outcome = std::make_shared<std::promise<Result<Json>>>();
    world_->Dispatch("sqs", call, [outcome](Result<Json> result) { outcome->set_value(std::move(result)); });
    Result<Json> result = outcome->get_future().get();
    EXPECT_TRUE(result.ok()) << operation << ": " << result.error().message;
    return result.ok() ? *result : Json::object();
  }

  const TimePoint start_{std::chrono::seconds(1767323045)};
  test::TemporaryDirectory directory_;
  std::unique_ptr<World> world_;
};

TEST_F(RestartTest, MessagesReceiptsAndDeduplicationSurvive) {
  Start(start_);
  const std::string url =
      Call("CreateQueue", {{"QueueName", "q.fifo"}, {"Attributes", {{"FifoQueue", "true"}}}})["QueueUrl"];
  const auto send = [&](const char* body, const char* token) {
    return Call("SendMessage",
                {{"QueueUrl", url}, {"MessageBody", body}, {"MessageGroupId", "g"}, {"MessageDeduplicationId", token}});
  };
  const Json first = send("in flight", "1");
  send("waiting", "2");
  const Json received = Call("ReceiveMessage", {{"QueueUrl", url}})["Messages"][0];
  Stop();

  Start(start_ + 10s);
  EXPECT_FALSE(Call("ReceiveMessage", {{"QueueUrl", url}}).contains("Messages")) << "the group is still in flight";
  EXPECT_EQ(send("a duplicate", "1")["MessageId"], first["MessageId"]);
  Call("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", received["ReceiptHandle"]}});
  EXPECT_EQ(Call("ReceiveMessage", {{"QueueUrl", url}})["Messages"][0]["Body"], "waiting");
}

TEST_F(RestartTest, AMoveTaskGoesOn) {
  Start(start_);
  const std::string arn = "arn:aws:sqs:us-east-1:123456789012:dead";
  const std::string dead = Call("CreateQueue", {{"QueueName", "dead"}})["QueueUrl"];
  const std::string source =
      Call("CreateQueue",
           {{"QueueName", "source"},
            {"Attributes",
             {{"VisibilityTimeout", "0"},
              {"RedrivePolicy", Json{{"deadLetterTargetArn", arn}, {"maxReceiveCount", 1}}.dump()}}}})["QueueUrl"];
  for (const char* body : {"1", "2", "3"}) Call("SendMessage", {{"QueueUrl", source}, {"MessageBody", body}});
  for (int i = 0; i < 2; ++i) Call("ReceiveMessage", {{"QueueUrl", source}, {"MaxNumberOfMessages", 10}});
  Call("StartMessageMoveTask", {{"SourceArn", arn}, {"MaxNumberOfMessagesPerSecond", 1}});
  world_->Settle();
  Stop();

  Start(start_ + 60s);
  world_->Advance(60s);
  const Json task = Call("ListMessageMoveTasks", {{"SourceArn", arn}})["Results"][0];
  EXPECT_EQ(task["Status"], "COMPLETED");
  EXPECT_EQ(task["ApproximateNumberOfMessagesMoved"], 3);
}

}  // namespace
}  // namespace stratolite::sqs
