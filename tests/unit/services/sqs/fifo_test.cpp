#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using FifoTest = SqsTest;
using Strings = std::vector<std::string>;

TEST_F(FifoTest, GroupsAreHandedOutOneAfterTheOtherInOrder) {
  const std::string url = CreateFifo("q.fifo");
  SendTo(url, "1", "g1-m1");
  SendTo(url, "2", "g2-m1");
  SendTo(url, "1", "g1-m2");
  SendTo(url, "1", "g1-m3");
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{"g1-m1", "g1-m2", "g1-m3", "g2-m1"}));
}

TEST_F(FifoTest, AGroupInFlightIsSkippedUntilItIsVisibleAgain) {
  const std::string url = CreateFifo("q.fifo", {{"VisibilityTimeout", "1"}});
  for (const char* body : {"g1-m1", "g1-m2", "g1-m3", "g1-m4"}) SendTo(url, "1", body);
  sqs_.Advance(std::chrono::milliseconds(1));
  SendTo(url, "2", "g2-m1");
  sqs_.Advance(std::chrono::milliseconds(1));
  SendTo(url, "3", "g3-m1");
  EXPECT_EQ(Bodies(Receive(url, {{"MaxNumberOfMessages", 2}})), (Strings{"g1-m1", "g1-m2"}));
  sqs_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(Bodies(Receive(url)), (Strings{"g2-m1"}));
  sqs_.Advance(2s);
  EXPECT_EQ(Bodies(ReceiveTen(url, {{"VisibilityTimeout", 0}})),
            (Strings{"g3-m1", "g1-m1", "g1-m2", "g1-m3", "g1-m4", "g2-m1"}));
}

TEST_F(FifoTest, AZeroVisibilityTimeoutSendsGroupsToTheEndOfTheLine) {
  const std::string url = CreateFifo("q.fifo");
  const std::pair<const char*, const char*> sends[] = {
      {"1", "g1-m1"}, {"2", "g2-m1"}, {"2", "g2-m2"}, {"3", "g3-m1"}, {"1", "g1-m2"}};
  for (const auto& [group, body] : sends) {
    SendTo(url, group, body);
    sqs_.Advance(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(Bodies(Receive(url, {{"MaxNumberOfMessages", 3}, {"VisibilityTimeout", 0}})),
            (Strings{"g1-m1", "g1-m2", "g2-m1"}));
  EXPECT_EQ(Bodies(ReceiveTen(url, {{"VisibilityTimeout", 0}})),
            (Strings{"g3-m1", "g1-m1", "g1-m2", "g2-m1", "g2-m2"}));
}

TEST_F(FifoTest, OnlyTheVisibleHeadOfAGroupIsHandedOut) {
  const std::string url = CreateFifo("q.fifo");
  for (const char* body : {"foo", "bar", "baz"}) SendTo(url, "g", body);
  const Json all = ReceiveTen(url);
  ASSERT_EQ(Bodies(all), (Strings{"foo", "bar", "baz"}));
  SetVisibility(url, HandleOf(all[1]), 0);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{})) << "the first of the group is in flight";
  SetVisibility(url, HandleOf(all[0]), 0);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{"foo", "bar"}));
}

TEST_F(FifoTest, DeletingWhatIsInFlightFreesTheGroup) {
  const std::string url = CreateFifo("q.fifo");
  for (const char* body : {"m1", "m2", "m3"}) SendTo(url, "g", body);
  const Json two = Receive(url, {{"MaxNumberOfMessages", 2}});
  Delete(url, HandleOf(two[0]));
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{})) << "m2 is in flight";
  Delete(url, HandleOf(two[1]));
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{"m3"}));
}

TEST_F(FifoTest, TheSameIdWithinFiveMinutesIsADuplicate) {
  const std::string url = CreateFifo("q.fifo");
  const Json first = Send(url, "one", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}});
  EXPECT_EQ(first["SequenceNumber"].get<std::string>().size(), 20U);
  const Json second = Send(url, "two", {{"MessageGroupId", "h"}, {"MessageDeduplicationId", "d"}});
  EXPECT_EQ(second["MessageId"], first["MessageId"]);
  EXPECT_EQ(second["SequenceNumber"], first["SequenceNumber"]);
  EXPECT_NE(second["MD5OfMessageBody"], first["MD5OfMessageBody"]);
  const Json received = ReceiveTen(url);
  ASSERT_EQ(Bodies(received), (Strings{"one"}));
  Delete(url, HandleOf(received[0]));
  Send(url, "three", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}});
  EXPECT_TRUE(ReceiveTen(url).empty()) << "a deleted message still has duplicates";
  sqs_.Advance(5min);
  const Json later = Send(url, "four", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}});
  EXPECT_GT(later["SequenceNumber"].get<std::string>(), first["SequenceNumber"].get<std::string>());
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{"four"}));
}

TEST_F(FifoTest, ContentMakesTheIdWhereItIsAsked) {
  const std::string url = CreateFifo("q.fifo", {{"ContentBasedDeduplication", "true"}});
  Send(url, "same", {{"MessageGroupId", "g"}});
  Send(url, "same", {{"MessageGroupId", "h"}});
  Send(url, "same", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "own"}});
  EXPECT_EQ(ReceiveTen(url).size(), 2U);
}

TEST_F(FifoTest, TheScopeOfDeduplicationIsThatOfTheQueuesCreation) {
  const std::string grouped =
      CreateFifo("a.fifo", {{"DeduplicationScope", "messageGroup"}, {"FifoThroughputLimit", "perMessageGroupId"}});
  Send(grouped, "1", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}});
  Send(grouped, "2", {{"MessageGroupId", "h"}, {"MessageDeduplicationId", "d"}});
  Send(grouped, "3", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}});
  EXPECT_EQ(Bodies(ReceiveTen(grouped)), (Strings{"1", "2"}));

  const std::string changed = CreateFifo("b.fifo");
  sqs_.MustCall(
      "SetQueueAttributes",
      {{"QueueUrl", changed},
       {"Attributes", {{"DeduplicationScope", "messageGroup"}, {"FifoThroughputLimit", "perMessageGroupId"}}}});
  EXPECT_EQ(Attribute(changed, "DeduplicationScope"), "messageGroup");
  Send(changed, "1", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}});
  Send(changed, "2", {{"MessageGroupId", "h"}, {"MessageDeduplicationId", "d"}});
  EXPECT_EQ(Bodies(ReceiveTen(changed)), (Strings{"1"}));
}

TEST_F(FifoTest, GroupAndDeduplicationIdAreRequired) {
  const std::string url = CreateFifo("q.fifo");
  EXPECT_EQ(Error("SendMessage", {{"QueueUrl", url}, {"MessageBody", "m"}, {"MessageDeduplicationId", "d"}}).message,
            "The request must contain the parameter MessageGroupId.");
  EXPECT_EQ(
      Error("SendMessage", {{"QueueUrl", url}, {"MessageBody", "m"}, {"MessageGroupId", "g"}}).message,
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  for (const std::string& id : {std::string(), std::string("group 123"), std::string(129, 'a')}) {
    EXPECT_EQ(Error("SendMessage",
                    {{"QueueUrl", url}, {"MessageBody", "m"}, {"MessageGroupId", "g"}, {"MessageDeduplicationId", id}})
                  .message,
              "Value " + id +
                  " for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include "
                  "alphanumeric and punctuation characters. 1 to 128 in length.");
  }
}

TEST_F(FifoTest, DelayIsTheQueuesAlone) {
  const std::string url = CreateFifo("q.fifo", {{"DelaySeconds", "2"}});
  EXPECT_EQ(Error("SendMessage", {{"QueueUrl", url},
                                  {"MessageBody", "m"},
                                  {"MessageGroupId", "g"},
                                  {"MessageDeduplicationId", "d"},
                                  {"DelaySeconds", 2}})
                .message,
            "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid "
            "for this queue type.");
  Send(url, "1", {{"MessageGroupId", "g"}, {"MessageDeduplicationId", "1"}, {"DelaySeconds", 0}});
  SendTo(url, "g", "2");
  EXPECT_TRUE(ReceiveTen(url).empty());
  sqs_.Advance(2s);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{"1", "2"}));
}

TEST_F(FifoTest, SystemAttributesTellGroupAndSequence) {
  const std::string url = CreateFifo("q.fifo");
  const Json sent = SendTo(url, "group-1", "dedup-1");
  const Json attributes = Receive(url, {{"AttributeNames", {"All"}}})[0]["Attributes"];
  EXPECT_EQ(attributes["MessageGroupId"], "group-1");
  EXPECT_EQ(attributes["MessageDeduplicationId"], "dedup-1");
  EXPECT_EQ(attributes["SequenceNumber"], sent["SequenceNumber"]);
}

TEST_F(FifoTest, ARepeatedReceiveAttemptGetsTheSameMessagesAgain) {
  const std::string url = CreateFifo("q.fifo");
  SendTo(url, "g", "1");
  SendTo(url, "g", "2");
  const Json attempt = {{"ReceiveRequestAttemptId", "a"}, {"MaxNumberOfMessages", 10}};
  const Json first = Receive(url, attempt);
  ASSERT_EQ(first.size(), 2U);
  sqs_.Advance(20s);
  EXPECT_EQ(Receive(url, attempt), first);
  EXPECT_TRUE(ReceiveTen(url).empty());
  sqs_.Advance(20s);
  EXPECT_TRUE(ReceiveTen(url).empty()) << "the repetition began the visibility timeout anew";
  Delete(url, HandleOf(first[0]));
}

TEST_F(FifoTest, AnExpiredReceiptDeletesNothing) {
  const std::string url = CreateFifo("q.fifo", {{"VisibilityTimeout", "1"}});
  SendTo(url, "g", "m");
  const std::string handle = HandleOf(Receive(url)[0]);
  SetVisibility(url, handle, 5);
  sqs_.Advance(2s);
  sqs_.Advance(3s);
  EXPECT_EQ(Error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}}).message,
            "Value " + handle + " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
  const std::string newer = HandleOf(Receive(url)[0]);
  EXPECT_EQ(Error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", handle}}).code,
            "InvalidParameterValueException");
  Delete(url, newer);
  Delete(url, newer);
}

TEST_F(FifoTest, ExpiredHeadsDoNotBlockTheirGroup) {
  const std::string url = CreateFifo("q.fifo", {{"MessageRetentionPeriod", "60"}});
  SendTo(url, "g", "old");
  sqs_.Advance(30s);
  SendTo(url, "g", "new");
  sqs_.Advance(30s);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (Strings{"new"}));
}

}  // namespace
}  // namespace stratolite::sqs
