#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"
#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using namespace std::chrono_literals;

class DeliveryTargetTest : public SqsTest {
 protected:
  static Delivery To(const std::string& queue, std::string body = "hello") {
    Delivery delivery;
    delivery.target = {"aws", "sqs", "us-east-1", "123456789012", queue};
    delivery.source_service = "s3.amazonaws.com";
    delivery.body = std::move(body);
    return delivery;
  }
  void Announce(const Delivery& delivery) {
    const ServiceDeps& deps = sqs_.world().deps();
    ASSERT_NE(deps.events.FindTarget(delivery.target), nullptr);
    deps.db.Transact([&](storage::Txn& txn) { deps.events.Announce(txn, delivery); });
  }
};

TEST_F(DeliveryTargetTest, ADeliveryIsAMessageLikeAnyOther) {
  const std::string url = Create("q");
  Delivery delivery = To("q");
  delivery.trace_header = "Root=1-2-3";
  Announce(delivery);
  sqs_.Advance(0s);
  const Json messages = Receive(url, {{"AttributeNames", {"All"}}});
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0]["Body"], "hello");
  EXPECT_EQ(messages[0]["MD5OfBody"], Md5Hex("hello"));
  EXPECT_EQ(messages[0]["MessageId"].get<std::string>().size(), 36U);
  const Json& attributes = messages[0]["Attributes"];
  EXPECT_EQ(attributes["AWSTraceHeader"], "Root=1-2-3");
  EXPECT_TRUE(attributes["SenderId"].get<std::string>().starts_with("AIDA"));
  EXPECT_EQ(attributes["SentTimestamp"], "1767323045000");
  EXPECT_EQ(attributes["ApproximateReceiveCount"], "1");
}

TEST_F(DeliveryTargetTest, CarriesMessageAttributes) {
  const std::string url = Create("q");
  Delivery delivery = To("q");
  delivery.attributes = {{"color", {{"DataType", "String"}, {"StringValue", "red"}}},
                         {"seal", {{"DataType", "Binary"}, {"BinaryValue", Base64Encode("\x01\x02")}}}};
  Announce(delivery);
  sqs_.Advance(0s);
  const Json messages = Receive(url, {{"MessageAttributeNames", {"All"}}});
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0]["MessageAttributes"]["color"]["StringValue"], "red");
  EXPECT_EQ(messages[0]["MessageAttributes"]["seal"]["BinaryValue"], Json::binary({1, 2}));
}

TEST_F(DeliveryTargetTest, WakesALongPoll) {
  const std::string url = Create("q");
  auto waiting = sqs_.Start("ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 20}});
  Announce(To("q"));
  ASSERT_EQ(waiting.outcome.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(Bodies((*waiting.outcome.get())["Messages"]), std::vector<std::string>{"hello"});
}

TEST_F(DeliveryTargetTest, ObeysTheQueuesDelayAndRetention) {
  const std::string url = Create("q", {{"DelaySeconds", "60"}, {"MessageRetentionPeriod", "120"}});
  Announce(To("q"));
  sqs_.Advance(59s);
  EXPECT_TRUE(Receive(url).empty());
  sqs_.Advance(1s);
  EXPECT_EQ(Receive(url, {{"VisibilityTimeout", 0}}).size(), 1U);
  sqs_.Advance(60s);
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "0");
}

TEST_F(DeliveryTargetTest, FifoQueuesKeepOrderAndDeduplicate) {
  const std::string url = CreateFifo("q.fifo");
  for (const char* body : {"a", "b", "a"}) {
    Delivery delivery = To("q.fifo", body);
    delivery.group_id = "g";
    delivery.deduplication_id = body;
    Announce(delivery);
  }
  Announce(To("q.fifo", "without group"));
  sqs_.Advance(0s);
  EXPECT_EQ(Bodies(ReceiveTen(url)), (std::vector<std::string>{"a", "b"}));
}

TEST_F(DeliveryTargetTest, WhatIsForADeletedQueueIsDropped) {
  const std::string url = Create("q");
  Create("other");
  sqs_.MustCall("DeleteQueue", {{"QueueUrl", url}});
  Announce(To("q"));
  Announce(To("other"));
  sqs_.Advance(0s);
  EXPECT_EQ(ReceiveTen(Create("other")).size(), 1U);
  sqs_.Advance(61s);
  EXPECT_TRUE(Receive(Create("q")).empty());
}

TEST_F(DeliveryTargetTest, TargetsAreCheckedByTheWholeArn) {
  Create("q");
  const auto exists = [&](const std::string& arn) {
    const Arn target = *Arn::Parse(arn);
    return sqs_.world().deps().events.FindTarget(target)->CheckTarget(target).ok();
  };
  EXPECT_TRUE(exists("arn:aws:sqs:us-east-1:123456789012:q"));
  EXPECT_FALSE(exists("arn:aws:sqs:eu-west-1:123456789012:q"));
  EXPECT_FALSE(exists("arn:aws:sqs:us-east-1:210987654321:q"));
  EXPECT_FALSE(exists("arn:aws:sqs:us-east-1:123456789012:r"));
}

}  // namespace
}  // namespace stratolite::sqs
