#include "unit/services/sqs/sqs_fixture.hpp"

namespace stratolite::sqs {
namespace {

using AttributesTest = SqsTest;

TEST_F(AttributesTest, AllOfAStandardQueueAreThoseOfAws) {
  const std::string url = Create("q");
  Json all = sqs_.MustCall("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"All"}}})["Attributes"];
  EXPECT_EQ(all["CreatedTimestamp"], all["LastModifiedTimestamp"]);
  all.erase("CreatedTimestamp");
  all.erase("LastModifiedTimestamp");
  EXPECT_EQ(all, (Json{{"ApproximateNumberOfMessages", "0"},
                       {"ApproximateNumberOfMessagesDelayed", "0"},
                       {"ApproximateNumberOfMessagesNotVisible", "0"},
                       {"DelaySeconds", "0"},
                       {"MaximumMessageSize", "1048576"},
                       {"MessageRetentionPeriod", "345600"},
                       {"QueueArn", "arn:aws:sqs:us-east-1:123456789012:q"},
                       {"ReceiveMessageWaitTimeSeconds", "0"},
                       {"SqsManagedSseEnabled", "true"},
                       {"VisibilityTimeout", "30"}}));
}

TEST_F(AttributesTest, AFifoQueueHasFourMore) {
  const std::string url = CreateFifo("q.fifo");
  EXPECT_EQ(Attribute(url, "FifoQueue"), "true");
  EXPECT_EQ(Attribute(url, "ContentBasedDeduplication"), "false");
  EXPECT_EQ(Attribute(url, "DeduplicationScope"), "queue");
  EXPECT_EQ(Attribute(url, "FifoThroughputLimit"), "perQueue");
}

TEST_F(AttributesTest, OnlyTheNamedOnesAreReturned) {
  const std::string url = Create("q");
  EXPECT_EQ(sqs_.MustCall("GetQueueAttributes", {{"QueueUrl", url}}), Json::object());
  EXPECT_EQ(sqs_.MustCall("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"Policy", "RedrivePolicy"}}}),
            Json::object());
  EXPECT_EQ(Error("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"Foobar"}}}).message,
            "Unknown Attribute Foobar.");
}

TEST_F(AttributesTest, ChangesAreSeenAtOnceAndMoveTheTimestamp) {
  const std::string url = Create("q");
  const std::string before = Attribute(url, "LastModifiedTimestamp");
  sqs_.Advance(5s);
  sqs_.MustCall("SetQueueAttributes",
                {{"QueueUrl", url}, {"Attributes", {{"VisibilityTimeout", "69"}, {"DelaySeconds", "420"}}}});
  EXPECT_EQ(Attribute(url, "VisibilityTimeout"), "69");
  EXPECT_EQ(Attribute(url, "CreatedTimestamp"), before);
  EXPECT_EQ(std::stoll(Attribute(url, "LastModifiedTimestamp")), std::stoll(before) + 5);
}

TEST_F(AttributesTest, ValuesOutOfRangeAreRefused) {
  const std::pair<const char*, const char*> bad[] = {{"DelaySeconds", "901"},
                                                     {"DelaySeconds", "-1"},
                                                     {"DelaySeconds", " 6"},
                                                     {"DelaySeconds", ""},
                                                     {"MaximumMessageSize", "1023"},
                                                     {"MaximumMessageSize", "1048577"},
                                                     {"MessageRetentionPeriod", "59"},
                                                     {"MessageRetentionPeriod", "1209601"},
                                                     {"ReceiveMessageWaitTimeSeconds", "21"},
                                                     {"VisibilityTimeout", "43201"},
                                                     {"VisibilityTimeout", "1.5"},
                                                     {"KmsDataKeyReusePeriodSeconds", "59"},
                                                     {"SqsManagedSseEnabled", "maybe"},
                                                     {"Policy", "badjson"},
                                                     {"Policy", "[]"}};
  for (const auto& [name, value] : bad) {
    const AwsError error = Error("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{name, value}}}});
    EXPECT_EQ(error.code, "InvalidAttributeValue");
    EXPECT_EQ(error.message, std::string("Invalid value for the parameter ") + name + ".");
  }
}

TEST_F(AttributesTest, WhatAStandardQueueDoesNotHaveIsUnknown) {
  const std::string url = Create("q");
  for (const char* name : {"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "QueueArn",
                           "ApproximateNumberOfMessages", "Nonsense"}) {
    const AwsError error = Error("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{name, "true"}}}});
    EXPECT_EQ(error.code, "InvalidAttributeName");
    EXPECT_EQ(error.message, std::string("Unknown Attribute ") + name + ".");
  }
  const std::string fifo = CreateFifo("q.fifo");
  sqs_.MustCall("SetQueueAttributes", {{"QueueUrl", fifo}, {"Attributes", {{"FifoQueue", "true"}}}});
  EXPECT_EQ(Error("SetQueueAttributes", {{"QueueUrl", fifo}, {"Attributes", {{"FifoQueue", "false"}}}}).code,
            "InvalidAttributeValue");
}

TEST_F(AttributesTest, OneKindOfEncryptionSwitchesTheOtherOff) {
  const std::string url = Create("q");
  const auto set = [&](Json attributes) { return Json{{"QueueUrl", url}, {"Attributes", std::move(attributes)}}; };
  sqs_.MustCall("SetQueueAttributes", set({{"KmsMasterKeyId", "testKeyId"}, {"KmsDataKeyReusePeriodSeconds", "6000"}}));
  EXPECT_EQ(Attribute(url, "SqsManagedSseEnabled"), "false");
  EXPECT_EQ(Attribute(url, "KmsDataKeyReusePeriodSeconds"), "6000");
  EXPECT_EQ(
      Error("SetQueueAttributes", set({{"SqsManagedSseEnabled", "true"}})).message,
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.");
  sqs_.MustCall("SetQueueAttributes", set({{"KmsMasterKeyId", ""}}));
  EXPECT_EQ(Attribute(url, "KmsMasterKeyId"), "");
  EXPECT_EQ(Attribute(url, "KmsDataKeyReusePeriodSeconds"), "");
  EXPECT_EQ(Attribute(url, "SqsManagedSseEnabled"), "false");
}

TEST_F(AttributesTest, APolicyNestedWithoutEndIsRefused) {
  const std::string url = Create("q");
  const std::string brackets = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string text = R"({"Statement":)" + brackets + R"(,"sourceQueueArns":)" + brackets + "}";
  for (const char* name : {"Policy", "RedrivePolicy", "RedriveAllowPolicy"}) {
    const Json input = {{"QueueUrl", url}, {"Attributes", {{name, text}}}};
    EXPECT_EQ(Error("SetQueueAttributes", input).code, "InvalidAttributeValue") << name;
  }
}

TEST_F(AttributesTest, APolicyIsKeptAsGivenAndRemovedByAnEmptyOne) {
  const std::string url = Create("q");
  const std::string policy =
      R"({ "Version":"2012-10-17", "Statement": {"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"} })";
  sqs_.MustCall("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{"Policy", policy}}}});
  EXPECT_EQ(Attribute(url, "Policy"), policy);
  sqs_.MustCall("SetQueueAttributes", {{"QueueUrl", url}, {"Attributes", {{"Policy", ""}}}});
  EXPECT_EQ(Attribute(url, "Policy"), "");
}

TEST_F(AttributesTest, CountsTellVisibleInFlightAndDelayedApart) {
  const std::string url = Create("q");
  Send(url, "1");
  Send(url, "2");
  Send(url, "3");
  Send(url, "later", {{"DelaySeconds", 60}});
  Receive(url);
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "2");
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessagesNotVisible"), "1");
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessagesDelayed"), "1");
  sqs_.Advance(60s);
  EXPECT_EQ(Attribute(url, "ApproximateNumberOfMessages"), "4");
}

TEST_F(AttributesTest, HighThroughputNeedsTheScopeOfAMessageGroup) {
  EXPECT_EQ(
      Error("CreateQueue", {{"QueueName", "q.fifo"},
                            {"Attributes", {{"FifoQueue", "true"}, {"FifoThroughputLimit", "perMessageGroupId"}}}})
          .code,
      "InvalidAttributeValue");
  CreateFifo("q.fifo", {{"FifoThroughputLimit", "perMessageGroupId"}, {"DeduplicationScope", "messageGroup"}});
}

}  // namespace
}  // namespace stratolite::sqs
