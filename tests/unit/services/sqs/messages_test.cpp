#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using MessagesTest = SqsTest;

TEST_F(MessagesTest, WhatIsSentIsReceivedOnceAndDeleted) {
  const std::string url = Create("q");
  const Json sent = Send(url, "message");
  EXPECT_EQ(sent["MD5OfMessageBody"], "78e731027d8fd50ed642340b7c9a63b3");
  EXPECT_FALSE(sent.contains("SequenceNumber"));
  const Json received = ReceiveTen(url);
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0]["MessageId"], sent["MessageId"]);
  EXPECT_EQ(received[0]["Body"], "message");
  EXPECT_EQ(received[0]["MD5OfBody"], sent["MD5OfMessageBody"]);
  EXPECT_FALSE(received[0].contains("Attributes"));
  EXPECT_TRUE(ReceiveTen(url).empty());
  Delete(url, HandleOf(received[0]));
  sqs_.Advance(1h);
  EXPECT_TRUE(ReceiveTen(url).empty());
}

TEST_F(MessagesTest, AnUndeletedMessageComesBackAfterItsVisibilityTimeout) {
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

}  // namespace
}  // namespace stratolite::sqs
