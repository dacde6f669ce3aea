#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using VisibilityTest = SqsTest;

TEST_F(VisibilityTest, AnUndeletedMessageComesBackAfterItsVisibilityTimeout) {
  const std::string url = Create("q");
  Send(url, "message");
  const Json first = Receive(url, {{"VisibilityTimeout", 10}});
  ASSERT_EQ(first.size(), 1U);
  sqs_.Advance(9s);
  EXPECT_TRUE(Receive(url).empty());
  sqs_.Advance(1s);
  const Json second = Receive(url, {{"AttributeNames", {"ApproximateReceiveCount"}}});
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(second[0]["ReceiptHandle"], first[0]["ReceiptHandle"]);
  EXPECT_EQ(second[0]["Attributes"], (Json{{"ApproximateReceiveCount", "2"}}));
}

TEST_F(VisibilityTest, ChangingItExtendsOrEndsIt) {
  const std::string url = Create("q", {{"VisibilityTimeout", "2"}});
  Send(url, "m");
  const std::string handle = HandleOf(Receive(url)[0]);
  for (int i = 0; i < 4; ++i) {
    sqs_.Advance(1s);
    SetVisibility(url, handle, 2);
    EXPECT_TRUE(Receive(url).empty());
  }
  SetVisibility(url, handle, 0);
  EXPECT_EQ(Receive(url).size(), 1U);
  EXPECT_TRUE(Receive(url).empty()) << "the change holds for that receive only";
}

TEST_F(VisibilityTest, AnExpiredReceiptIsTakenOnAStandardQueue) {
  const std::string url = Create("q", {{"VisibilityTimeout", "1"}});
  Send(url, "m");
  const std::string handle = HandleOf(Receive(url)[0]);
  sqs_.Advance(2s);
  SetVisibility(url, handle, 10);
  EXPECT_TRUE(Receive(url).empty()) << "a success must have an effect";
  sqs_.Advance(10s);
  Delete(url, handle);
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "0");
}

TEST_F(VisibilityTest, AnOlderReceiptChangesButDoesNotDelete) {
  const std::string url = Create("q");
  Send(url, "m");
  const std::string older = HandleOf(Receive(url, {{"VisibilityTimeout", 0}})[0]);
  ASSERT_EQ(Receive(url, {{"VisibilityTimeout", 30}}).size(), 1U);
  Delete(url, older);
  SetVisibility(url, older, 0);
  EXPECT_EQ(Receive(url).size(), 1U);
}

TEST_F(VisibilityTest, ADeletedMessagesReceiptIsNoGoodForChanging) {
  const std::string url = Create("q");
  Send(url, "m");
  const std::string handle = HandleOf(Receive(url)[0]);
  Delete(url, handle);
  Delete(url, handle);
  EXPECT_EQ(Error("ChangeMessageVisibility", {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 42}})
                .message,
            "Value " + handle +
                " for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for "
                "visibility timeout change.");
}

TEST_F(VisibilityTest, TwelveHoursInAllAreTheLimit) {
  const std::string url = Create("q");
  Send(url, "m");
  const std::string handle = HandleOf(Receive(url)[0]);
  SetVisibility(url, handle, 43200);
  sqs_.Advance(1s);
  EXPECT_EQ(
      Error("ChangeMessageVisibility", {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 43200}})
          .message,
      "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is "
      "beyond the limit [43200 seconds]");
  SetVisibility(url, handle, 43199);
  EXPECT_EQ(
      Error("ChangeMessageVisibility", {{"QueueUrl", url}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 43201}})
          .code,
      "InvalidParameterValueException");
}

TEST_F(VisibilityTest, GarbageIsNoReceipt) {
  const std::string url = Create("q");
  const AwsError error = Error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", "garbage"}});
  EXPECT_EQ(error.code, "ReceiptHandleIsInvalid");
  EXPECT_EQ(error.message, "The input receipt handle \"garbage\" is not a valid receipt handle.");
  Send(url, "m");
  const std::string handle = HandleOf(Receive(url)[0]);
  EXPECT_EQ(Error("DeleteMessage", {{"QueueUrl", Create("other")}, {"ReceiptHandle", handle}}).code,
            "ReceiptHandleIsInvalid");
  EXPECT_EQ(Error("DeleteMessage", {{"QueueUrl", url}}).message,
            "The request must contain the parameter ReceiptHandle.");
}

TEST_F(VisibilityTest, AQueueHasAtMost120000MessagesInFlight) {
  const std::string url = Create("q");
  Send(url, "m");
  sqs_.world().deps().db.Transact([&](storage::Txn& txn) {
    txn.Run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 119999)"
        " INSERT INTO sqs_message (queue_id, visible_at, received, sent_at, receive_count, message_id, sender, md5, "
        "body)"
        " SELECT q.id, ?, 1, ?, 1, 'id', 's', 'md5', 'b' FROM n, sqs_queue q",
        {sqs_.Now() + 30s, sqs_.Now()});
  });
  const std::string handle = HandleOf(ReceiveTen(url)[0]);
  Send(url, "one too many");
  const AwsError error = Error("ReceiveMessage", {{"QueueUrl", url}});
  EXPECT_EQ(error.code, "OverLimit");
  EXPECT_EQ(error.http_status, 403);
  Delete(url, handle);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"one too many"}));
}

}  // namespace
}  // namespace stratolite::sqs
