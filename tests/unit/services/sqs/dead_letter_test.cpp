#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

class DeadLetterTest : public SqsTest {
 protected:
  static std::string Policy(const std::string& arn, int count = 1) {
    return Json{{"deadLetterTargetArn", arn}, {"maxReceiveCount", count}}.dump();
  }
  static std::string Arn(const std::string& name) { return "arn:aws:sqs:us-east-1:123456789012:" + name; }
  /// A queue that gives a message up after one receive, and its dead-letter queue.
  void CreatePair() {
    dead_ = Create("dead");
    source_ = Create("source", {{"RedrivePolicy", Policy(Arn("dead"))}, {"VisibilityTimeout", "0"}});
  }
  void FillDeadLetterQueue(int messages) {
    for (int i = 0; i < messages; ++i) Send(source_, std::to_string(i));
    for (int i = 0; i < messages; i += 10) ReceiveTen(source_);
    while (Attribute(dead_, "ApproximateNumberOfMessages") != std::to_string(messages)) ReceiveTen(source_);
  }
  Json Tasks(int max = 10) {
    return sqs_.MustCall("ListMessageMoveTasks", {{"SourceArn", Arn("dead")}, {"MaxResults", max}})
        .value("Results", Json::array());
  }

  std::string source_;
  std::string dead_;
};

TEST_F(DeadLetterTest, AMessageReceivedTooOftenMovesAndKeepsItsPast) {
  CreatePair();
  const Json sent = Send(
      source_, "m", {{"MessageAttributes", {{"MyAttribute", {{"DataType", "String"}, {"StringValue", "foobar"}}}}}});
  const std::string sent_at = std::to_string(EpochMillis(sqs_.Now()));
  ASSERT_EQ(Receive(source_).size(), 1U);
  sqs_.Advance(1s);
  EXPECT_TRUE(Receive(source_).empty()) << "the receive that would be one too many moves it";
  const Json message = Receive(dead_, {{"AttributeNames", {"All"}}, {"MessageAttributeNames", {"All"}}})[0];
  EXPECT_EQ(message["MessageId"], sent["MessageId"]);
  EXPECT_EQ(message["MD5OfMessageAttributes"], "adb59cd4678ea5a855436b949cd07ab6");
  EXPECT_EQ(message["Attributes"]["ApproximateReceiveCount"], "2");
  EXPECT_EQ(message["Attributes"]["DeadLetterQueueSourceArn"], Arn("source"));
  EXPECT_EQ(message["Attributes"]["SentTimestamp"], sent_at);
}

TEST_F(DeadLetterTest, RetentionCountsFromTheFirstEnqueueOnStandardQueues) {
  dead_ = Create("dead", {{"MessageRetentionPeriod", "60"}});
  source_ = Create("source", {{"RedrivePolicy", Policy(Arn("dead"))}, {"VisibilityTimeout", "0"}});
  Send(source_, "m");
  sqs_.Advance(50s);
  FillDeadLetterQueue(0);
  ReceiveTen(source_);
  ReceiveTen(source_);
  EXPECT_EQ(Attribute(dead_, "ApproximateNumberOfMessages"), "1");
  sqs_.Advance(10s);
  EXPECT_EQ(Attribute(dead_, "ApproximateNumberOfMessages"), "0");
}

TEST_F(DeadLetterTest, FifoMessagesMoveInTheirGroup) {
  const std::string dead = CreateFifo("dead.fifo");
  const std::string source = CreateFifo("source.fifo", {{"RedrivePolicy", Policy(Arn("dead.fifo"), 2)}});
  SendTo(source, "g", "1");
  SendTo(source, "g", "2");
  for (int i = 0; i < 2; ++i) ASSERT_EQ(Receive(source, {{"VisibilityTimeout", 0}}).size(), 1U);
  EXPECT_EQ(Bodies(Receive(source, {{"VisibilityTimeout", 0}})), (std::vector<std::string>{"2"}))
      << "the next of the group takes its place";
  EXPECT_EQ(Bodies(ReceiveTen(dead)), (std::vector<std::string>{"1"}));
}

TEST_F(DeadLetterTest, PoliciesAreCheckedInAwsWords) {
  Create("dead");
  CreateFifo("dead.fifo");
  const auto reason = [&](const std::string& policy) {
    const AwsError error = Error("CreateQueue", {{"QueueName", "source"}, {"Attributes", {{"RedrivePolicy", policy}}}});
    const std::size_t at = error.message.find("Reason: ");
    return at == std::string::npos ? error.message : error.message.substr(at + 8);
  };
  EXPECT_EQ(reason("nonsense"), "Redrive policy is not a valid JSON map.");
  EXPECT_EQ(reason(R"({"maxReceiveCount":5})"),
            "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  EXPECT_EQ(reason(R"({"deadLetterTargetArn":"x"})"),
            "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  EXPECT_EQ(reason(Policy(Arn("dead"), 1001)),
            "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.");
  EXPECT_EQ(reason(Policy("arn:aws:sns:us-east-1:123456789012:dead")),
            "Only SQS queues are valid resources for deadLetterTargetArn.");
  EXPECT_EQ(reason(Policy(Arn("none"))), "Dead letter target does not exist.");
  EXPECT_EQ(reason(Policy(Arn("dead.fifo"))), "Dead-letter queue must be same type of queue as the source.");
}

TEST_F(DeadLetterTest, PoliciesComeBackNormalisedAndAreRemovedByAnEmptyOne) {
  Create("dead");
  const std::string url = Create(
      "source", {{"RedrivePolicy", R"({"maxReceiveCount":"42", "deadLetterTargetArn":")" + Arn("dead") + R"("})"}});
  EXPECT_EQ(Attribute(url, "RedrivePolicy"),
            R"({"deadLetterTargetArn":")" + Arn("dead") + R"(","maxReceiveCount":42})");
  sqs_.MustCall("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{"RedrivePolicy", ""}}}});
  EXPECT_EQ(Attribute(url, "RedrivePolicy"), "");
}

TEST_F(DeadLetterTest, TheDeadLetterQueueDecidesWhoMayUseIt) {
  const auto allow = [&](const char* policy) {
    sqs_.MustCall("SetQueueAttributes", {{"QueueUrl", dead_}, {"Attributes", {{"RedriveAllowPolicy", policy}}}});
  };
  const Json create = {{"QueueName", "source"}, {"Attributes", {{"RedrivePolicy", Policy(Arn("dead"))}}}};
  dead_ = Create("dead");
  allow(R"({"redrivePermission":"denyAll"})");
  EXPECT_EQ(sqs_.ErrorCode("CreateQueue", create), "InvalidParameterValueException");
  allow(R"({"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:123456789012:other"]})");
  EXPECT_EQ(sqs_.ErrorCode("CreateQueue", create), "InvalidParameterValueException");
  allow(R"({"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:123456789012:source"]})");
  sqs_.MustCall("CreateQueue", create);
  EXPECT_EQ(Error("SetQueueAttributes", {{"QueueUrl", dead_}, {"Attributes", {{"RedriveAllowPolicy", "{}"}}}}).code,
            "InvalidAttributeValue");
  EXPECT_EQ(Error("SetQueueAttributes",
                  {{"QueueUrl", dead_}, {"Attributes", {{"RedriveAllowPolicy", R"({"redrivePermission":"byQueue"})"}}}})
                .code,
            "InvalidParameterValueException");
}

TEST_F(DeadLetterTest, SourcesAreListed) {
  CreatePair();
  Create("source2", {{"RedrivePolicy", Policy(Arn("dead"))}});
  EXPECT_EQ(sqs_.MustCall("ListDeadLetterSourceQueues", {{"QueueUrl", dead_}})["queueUrls"].size(), 2U);
  EXPECT_EQ(sqs_.MustCall("ListDeadLetterSourceQueues", {{"QueueUrl", source_}}), (Json{{"queueUrls", Json::array()}}));
  const Json page = sqs_.MustCall("ListDeadLetterSourceQueues", {{"QueueUrl", dead_}, {"MaxResults", 1}});
  EXPECT_EQ(page["queueUrls"].size(), 1U);
  EXPECT_TRUE(page.contains("NextToken"));
}

TEST_F(DeadLetterTest, AMoveTaskBringsMessagesBackAsNewOnes) {
  CreatePair();
  FillDeadLetterQueue(2);
  sqs_.MustCall("SetQueueAttributes", {{"QueueUrl", source_}, {"Attributes", {{"VisibilityTimeout", "30"}}}});
  const std::string handle = sqs_.MustCall("StartMessageMoveTask", {{"SourceArn", Arn("dead")}})["TaskHandle"];
  EXPECT_FALSE(handle.empty());
  sqs_.Advance(0s);
  const Json moved = ReceiveTen(source_, {{"AttributeNames", {"ApproximateReceiveCount"}}});
  ASSERT_EQ(moved.size(), 2U);
  EXPECT_EQ(moved[0]["Attributes"]["ApproximateReceiveCount"], "1");
  Json task = Tasks()[0];
  task.erase("StartedTimestamp");
  EXPECT_EQ(task, (Json{{"Status", "COMPLETED"},
                        {"SourceArn", Arn("dead")},
                        {"ApproximateNumberOfMessagesMoved", 2},
                        {"ApproximateNumberOfMessagesToMove", 2}}));
}

TEST_F(DeadLetterTest, AMoveTaskKeepsItsRateOnTheWorldsClock) {
  CreatePair();
  FillDeadLetterQueue(4);
  const std::string elsewhere = Create("elsewhere");
  sqs_.MustCall(
      "StartMessageMoveTask",
      {{"SourceArn", Arn("dead")}, {"DestinationArn", Arn("elsewhere")}, {"MaxNumberOfMessagesPerSecond", 1}});
  sqs_.Advance(0s);
  EXPECT_EQ(Attribute(elsewhere, "ApproximateNumberOfMessages"), "1");
  EXPECT_EQ(Tasks()[0]["Status"], "RUNNING");
  EXPECT_TRUE(Tasks()[0].contains("TaskHandle"));
  EXPECT_EQ(Error("StartMessageMoveTask", {{"SourceArn", Arn("dead")}}).message,
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
  sqs_.Advance(2s);
  EXPECT_EQ(Attribute(elsewhere, "ApproximateNumberOfMessages"), "3");
  sqs_.Advance(1s);
  EXPECT_EQ(Tasks()[0]["Status"], "COMPLETED");
}

TEST_F(DeadLetterTest, AMoveTaskIsCancelled) {
  CreatePair();
  FillDeadLetterQueue(4);
  const std::string handle = sqs_.MustCall(
      "StartMessageMoveTask", {{"SourceArn", Arn("dead")}, {"MaxNumberOfMessagesPerSecond", 1}})["TaskHandle"];
  sqs_.Advance(1s);
  EXPECT_EQ(sqs_.MustCall("CancelMessageMoveTask", {{"TaskHandle", handle}})["ApproximateNumberOfMessagesMoved"], 2);
  sqs_.Advance(10s);
  EXPECT_EQ(Tasks()[0]["Status"], "CANCELLED");
  EXPECT_EQ(Attribute(dead_, "ApproximateNumberOfMessages"), "2");
  EXPECT_EQ(Error("CancelMessageMoveTask", {{"TaskHandle", "foobared"}}).message,
            "Value for parameter TaskHandle is invalid.");
}

TEST_F(DeadLetterTest, AMoveTaskFailsWhenItsDestinationVanishes) {
  CreatePair();
  FillDeadLetterQueue(10);
  const std::string elsewhere = Create("elsewhere");
  sqs_.MustCall(
      "StartMessageMoveTask",
      {{"SourceArn", Arn("dead")}, {"DestinationArn", Arn("elsewhere")}, {"MaxNumberOfMessagesPerSecond", 1}});
  sqs_.Advance(2s);
  sqs_.MustCall("DeleteQueue", {{"QueueUrl", elsewhere}});
  sqs_.Advance(1s);
  const Json task = Tasks()[0];
  EXPECT_EQ(task["Status"], "FAILED");
  EXPECT_EQ(task["FailureReason"], "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(task["ApproximateNumberOfMessagesMoved"], 3);
  EXPECT_FALSE(task.contains("TaskHandle"));
}

TEST_F(DeadLetterTest, AMessageThatNeverDiedHasNoSourceToGoTo) {
  CreatePair();
  Send(dead_, "sent here");
  sqs_.MustCall("StartMessageMoveTask", {{"SourceArn", Arn("dead")}});
  sqs_.Advance(0s);
  EXPECT_EQ(Tasks()[0]["FailureReason"], "CouldNotDetermineMessageSource");
  EXPECT_EQ(Receive(dead_).size(), 1U);
}

TEST_F(DeadLetterTest, MoveTasksHaveConditions) {
  CreatePair();
  const auto refused = [&](Json input) { return Error("StartMessageMoveTask", std::move(input)); };
  EXPECT_EQ(refused({{"SourceArn", Arn("source")}, {"DestinationArn", Arn("dead")}}).message,
            "Source queue must be configured as a Dead Letter Queue.");
  const AwsError none = refused({{"SourceArn", Arn("dead")}, {"DestinationArn", Arn("none")}});
  EXPECT_EQ(none.code, "ResourceNotFoundException");
  EXPECT_EQ(none.http_status, 404);
  EXPECT_EQ(none.message, "The resource that you specified for the DestinationArn parameter doesn't exist.");
  EXPECT_EQ(refused({{"SourceArn", Arn("none")}}).code, "ResourceNotFoundException");
  EXPECT_EQ(refused({{"SourceArn", Arn("dead")}, {"MaxNumberOfMessagesPerSecond", 501}}).code,
            "InvalidParameterValueException");
}

}  // namespace
}  // namespace stratolite::sqs
