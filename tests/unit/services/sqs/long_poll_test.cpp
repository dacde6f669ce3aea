#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

class LongPollTest : public SqsTest {
 protected:
  testing::ServiceHarness::Pending Poll(const std::string& url, Json more = Json::object()) {
    more["QueueUrl"] = url;
    if (!more.contains("WaitTimeSeconds")) more["WaitTimeSeconds"] = 20;
    return sqs_.Start("ReceiveMessage", std::move(more));
  }
  /// Waits for the outcome: in real time it must come at once.
  static std::vector<std::string> Outcome(testing::ServiceHarness::Pending& poll) {
    if (poll.outcome.wait_for(5s) != std::future_status::ready) {
      ADD_FAILURE() << "still waiting";
      return {};
    }
    const Result<Json> outcome = poll.outcome.get();
    if (!outcome.ok()) return {outcome.error().code};
    return Bodies(outcome->value("Messages", Json::array()));
  }
};

using Strings = std::vector<std::string>;

TEST_F(LongPollTest, ReturnsAtOnceWhatIsThere) {
  const std::string url = Create("q");
  Send(url, "m");
  auto poll = Poll(url, {{"MaxNumberOfMessages", 10}});
  EXPECT_EQ(Outcome(poll), (Strings{"m"}));
}

TEST_F(LongPollTest, IsWokenBySending) {
  const std::string url = Create("q");
  auto poll = Poll(url);
  EXPECT_FALSE(poll.done());
  Send(url, "m");
  EXPECT_EQ(Outcome(poll), (Strings{"m"}));
}

TEST_F(LongPollTest, TheQueuesWaitTimeHoldsWhenNoneIsGiven) {
  const std::string url = Create("q", {{"ReceiveMessageWaitTimeSeconds", "10"}});
  auto poll = sqs_.Start("ReceiveMessage", {{"QueueUrl", url}});
  EXPECT_FALSE(poll.done());
  Send(url, "m");
  EXPECT_EQ(Outcome(poll), (Strings{"m"}));
}

TEST_F(LongPollTest, EndsEmptyAfterItsTime) {
  const std::string url = Create("q");
  auto poll = Poll(url, {{"WaitTimeSeconds", 5}});
  sqs_.Advance(4s);
  EXPECT_FALSE(poll.done());
  sqs_.Advance(1s);
  EXPECT_EQ(Outcome(poll), (Strings{}));
}

TEST_F(LongPollTest, IsWokenWhenAVisibilityTimeoutEnds) {
  const std::string url = Create("q", {{"VisibilityTimeout", "5"}});
  Send(url, "m");
  ASSERT_EQ(Receive(url).size(), 1U);
  auto poll = Poll(url);
  sqs_.Advance(4s);
  EXPECT_FALSE(poll.done());
  sqs_.Advance(1s);
  EXPECT_EQ(Outcome(poll), (Strings{"m"}));
}

TEST_F(LongPollTest, IsWokenWhenADelayEnds) {
  const std::string url = Create("q");
  auto poll = Poll(url);
  Send(url, "m", {{"DelaySeconds", 3}});
  sqs_.Advance(2s);
  EXPECT_FALSE(poll.done());
  sqs_.Advance(1s);
  EXPECT_EQ(Outcome(poll), (Strings{"m"}));
}

TEST_F(LongPollTest, IsWokenByAVisibilityTimeoutThatIsShortened) {
  const std::string url = Create("q");
  Send(url, "m");
  const std::string handle = HandleOf(Receive(url)[0]);
  auto poll = Poll(url);
  EXPECT_FALSE(poll.done());
  SetVisibility(url, handle, 0);
  EXPECT_EQ(Outcome(poll), (Strings{"m"}));
}

TEST_F(LongPollTest, IsWokenByDeadLettersAndByRedrive) {
  const std::string dead = Create("dead");
  const std::string source = Create(
      "source",
      {{"VisibilityTimeout", "0"},
       {"RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":1})"}});
  Send(source, "m");
  auto poll = Poll(dead, {{"VisibilityTimeout", 0}});
  ASSERT_EQ(Receive(source).size(), 1U);
  ASSERT_TRUE(Receive(source).empty());
  EXPECT_EQ(Outcome(poll), (Strings{"m"}));
  auto redriven = Poll(source);
  sqs_.MustCall("StartMessageMoveTask", {{"SourceArn", "arn:aws:sqs:us-east-1:123456789012:dead"}});
  EXPECT_EQ(Outcome(redriven), (Strings{"m"}));
}

TEST_F(LongPollTest, IsWokenWhenItsFifoGroupIsFree) {
  const std::string url = CreateFifo("q.fifo");
  SendTo(url, "g", "1");
  SendTo(url, "g", "2");
  const std::string handle = HandleOf(Receive(url)[0]);
  auto poll = Poll(url);
  EXPECT_FALSE(poll.done());
  Delete(url, handle);
  EXPECT_EQ(Outcome(poll), (Strings{"2"}));
}

TEST_F(LongPollTest, OneMessageEndsOneOfSeveral) {
  const std::string url = Create("q");
  auto first = Poll(url);
  auto second = Poll(url);
  Send(url, "1");
  EXPECT_EQ(Outcome(first), (Strings{"1"})) << "who has waited longest";
  EXPECT_FALSE(second.done());
  Send(url, "2");
  EXPECT_EQ(Outcome(second), (Strings{"2"}));
}

TEST_F(LongPollTest, ABatchEndsSeveral) {
  const std::string url = Create("q");
  std::vector<testing::ServiceHarness::Pending> polls;
  for (int i = 0; i < 3; ++i) polls.push_back(Poll(url));
  sqs_.MustCall("SendMessageBatch", {{"QueueUrl", url},
                                     {"Entries",
                                      {{{"Id", "1"}, {"MessageBody", "m"}},
                                       {{"Id", "2"}, {"MessageBody", "m"}},
                                       {{"Id", "3"}, {"MessageBody", "m"}}}}});
  for (auto& poll : polls) EXPECT_EQ(Outcome(poll), (Strings{"m"}));
}

TEST_F(LongPollTest, AClientThatLeftTakesNothing) {
  const std::string url = Create("q");
  auto poll = Poll(url);
  poll.cancel.Cancel();
  EXPECT_EQ(Outcome(poll), (Strings{}));
  Send(url, "m");
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{"m"}));
}

TEST_F(LongPollTest, EndsWithItsQueue) {
  const std::string url = Create("q");
  auto poll = Poll(url);
  sqs_.MustCall("DeleteQueue", {{"QueueUrl", url}});
  EXPECT_EQ(Outcome(poll), (Strings{"QueueDoesNotExist"}));
}

TEST_F(LongPollTest, EndsAtReset) {
  const std::string url = Create("q");
  auto poll = Poll(url);
  sqs_.world().Reset();
  EXPECT_EQ(Outcome(poll), (Strings{}));
  EXPECT_EQ(sqs_.ErrorCode("GetQueueUrl", {{"QueueName", "q"}}), "QueueDoesNotExist");
  Create("q");
}

}  // namespace
}  // namespace stratolite::sqs
