#include <fmt/format.h>

#include "unit/services/sns/sns_fixture.hpp"

namespace stratolite::sns {
namespace {

using std::chrono_literals::operator""h;

/// What an endpoint was told.
std::string TokenOf(testing::ServiceHarness& sns, const std::string& subscription) {
  std::string token;
  sns.world().deps().db.Read([&](storage::Reader& reader) {
    reader.Query("SELECT token FROM sns_subscription WHERE arn = ?", {subscription},
                 [&](const storage::Row& row) { token = row.Text(0); });
  });
  return token;
}

TEST_F(SnsTest, ASubscriptionThatMustBeConfirmedShowsNoArnUnlessAsked) {
  const std::string topic = Topic();
  const Json input = {{"TopicArn", topic}, {"Protocol", "https"}, {"Endpoint", "https://example.com/"}};
  EXPECT_EQ(sns_.MustCall("Subscribe", input)["SubscriptionArn"], "pending confirmation");
  const std::string arn = Subscribe(topic, "https", "https://example.com/");
  EXPECT_TRUE(arn.starts_with(topic + ":"));
  EXPECT_EQ(SubscriptionAttributes(arn)["PendingConfirmation"], "true");
  const Json listed = sns_.MustCall("ListSubscriptionsByTopic", {{"TopicArn", topic}})["Subscriptions"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["SubscriptionArn"], "PendingConfirmation");
}

TEST_F(SnsTest, TheTokenConfirmsOnceAndForAll) {
  const std::string topic = Topic();
  const std::string arn = Subscribe(topic, "http", "http://example.com/");
  const Json confirm = {{"TopicArn", topic}, {"Token", TokenOf(sns_, arn)}};
  EXPECT_EQ(sns_.MustCall("ConfirmSubscription", confirm)["SubscriptionArn"], arn);
  EXPECT_EQ(sns_.MustCall("ConfirmSubscription", confirm)["SubscriptionArn"], arn);
  EXPECT_EQ(SubscriptionAttributes(arn)["ConfirmationWasAuthenticated"], "true");
  sns_.Advance(49h);
  EXPECT_EQ(SubscriptionAttributes(arn)["PendingConfirmation"], "false");
}

TEST_F(SnsTest, WhatIsNotConfirmedWithinTwoDaysGoes) {
  const std::string topic = Topic();
  const std::string arn = Subscribe(topic, "http", "http://example.com/");
  const std::string token = TokenOf(sns_, arn);
  sns_.Advance(47h);
  EXPECT_EQ(SubscriptionAttributes(arn)["PendingConfirmation"], "true");
  sns_.Advance(2h);
  EXPECT_EQ(Refusal("GetSubscriptionAttributes", {{"SubscriptionArn", arn}}), "Subscription does not exist");
  EXPECT_EQ(Refusal("ConfirmSubscription", {{"TopicArn", topic}, {"Token", token}}), "Invalid parameter: Token");
}

TEST_F(SnsTest, LinksNeedNoSignatureInWhateverRegion) {
  const std::string topic = Topic();
  const std::string arn = Subscribe(topic, "http", "http://example.com/");
  const std::string token = TokenOf(sns_, arn);
  sns_.caller = {};
  sns_.scope = {AccountId("000000000000"), Region("eu-west-1")};
  sns_.MustCall("ConfirmSubscription", {{"TopicArn", topic}, {"Token", token}, {"AuthenticateOnUnsubscribe", "true"}});
  EXPECT_EQ(Page("subscription", {{"arn", arn}})["ConfirmationWasAuthenticated"], "false");
  sns_.MustCall("Unsubscribe", {{"SubscriptionArn", arn}});
  EXPECT_EQ(Page("subscription", {{"arn", arn}}), nullptr);
}

TEST_F(SnsTest, WhoWasUnsubscribedByALinkCanTakeThatBackForTwoDays) {
  const std::string topic = Topic();
  const std::string arn = Subscribe(topic, "http", "http://example.com/", {{"FilterPolicy", R"({"a":["b"]})"}});
  const Json confirm = {{"TopicArn", topic}, {"Token", TokenOf(sns_, arn)}};
  sns_.caller = {};
  sns_.MustCall("ConfirmSubscription", confirm);
  sns_.MustCall("Unsubscribe", {{"SubscriptionArn", arn}});
  const std::string again = sns_.MustCall("ConfirmSubscription", confirm)["SubscriptionArn"];
  EXPECT_NE(again, arn);
  EXPECT_EQ(Page("subscription", {{"arn", again}})["FilterPolicy"], R"({"a":["b"]})");
  sns_.MustCall("Unsubscribe", {{"SubscriptionArn", again}});
  sns_.Advance(49h);
  EXPECT_EQ(Refusal("ConfirmSubscription", confirm), "Invalid parameter: Token");
}

TEST_F(SnsTest, UnsubscribingMayBeReservedToThoseWhoSign) {
  const std::string topic = Topic();
  const std::string arn = Subscribe(topic, "http", "http://example.com/");
  sns_.MustCall("ConfirmSubscription",
                {{"TopicArn", topic}, {"Token", TokenOf(sns_, arn)}, {"AuthenticateOnUnsubscribe", "true"}});
  const auth::Principal signer = sns_.caller;
  sns_.caller = {};
  EXPECT_EQ(sns_.ErrorCode("Unsubscribe", {{"SubscriptionArn", arn}}), "AuthorizationErrorException");
  sns_.caller = signer;
  sns_.MustCall("Unsubscribe", {{"SubscriptionArn", arn}});
}

TEST_F(SnsTest, AQueueOfAnotherAccountMustAgree) {
  const std::string topic = Topic();
  const std::string theirs = Subscribe(topic, "sqs", "arn:aws:sqs:us-east-1:999999999999:queue");
  EXPECT_EQ(SubscriptionAttributes(theirs)["PendingConfirmation"], "true");
  ASSERT_EQ(queues_.taken.size(), 1u);
  EXPECT_EQ(Json::parse(queues_.taken[0].body)["Token"], TokenOf(sns_, theirs));
  sns_.scope.account = AccountId("999999999999");
  sns_.caller = RootOf(sns_.scope.account);
  const std::string own = Subscribe(topic, "sqs", "arn:aws:sqs:us-east-1:999999999999:other");
  EXPECT_EQ(SubscriptionAttributes(own)["PendingConfirmation"], "false");
  EXPECT_EQ(SubscriptionAttributes(own)["Owner"], "999999999999");
  const Json listed = sns_.MustCall("ListSubscriptions")["Subscriptions"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["SubscriptionArn"], own);
}

TEST_F(SnsTest, EndpointsMustFitTheirProtocol) {
  const std::string topic = Topic();
  const auto refused = [&](const char* protocol, const char* endpoint) {
    return Refusal("Subscribe", {{"TopicArn", topic}, {"Protocol", protocol}, {"Endpoint", endpoint}});
  };
  EXPECT_EQ(refused("http", "https://example.com"), "Invalid parameter: Endpoint must match the specified protocol");
  EXPECT_EQ(refused("https", "https://"), "Invalid parameter: Endpoint");
  EXPECT_EQ(refused("email", "nobody"), "Invalid parameter: Email address");
  EXPECT_EQ(refused("sms", "0123"), "Invalid parameter: Invalid SMS endpoint: 0123");
  EXPECT_EQ(refused("lambda", kQueue), "Invalid parameter: Lambda endpoint ARN");
  EXPECT_EQ(refused("sqs", "arn:aws:sqs:us-east-1:123456789012:q.fifo"),
            "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard "
            "SNS topics");
  EXPECT_EQ(refused("sqs", ""), "Invalid parameter: Endpoint");
  EXPECT_EQ(sns_.ErrorCode("Subscribe", {{"TopicArn", topic},
                                         {"Protocol", "firehose"},
                                         {"Endpoint", "arn:aws:firehose:us-east-1:123456789012:deliverystream/s"}}),
            "NotImplemented");
}

TEST_F(SnsTest, RawDeliveryIsForQueuesAndHttp) {
  const std::string topic = Topic();
  EXPECT_EQ(Refusal("Subscribe", {{"TopicArn", topic},
                                  {"Protocol", "email"},
                                  {"Endpoint", "a@example.com"},
                                  {"Attributes", {{"RawMessageDelivery", "true"}}}}),
            "Invalid parameter: Attributes Reason: Delivery protocol [email] does not support raw message delivery.");
}

TEST_F(SnsTest, EmptyPoliciesTakeThemBack) {
  const std::string arn = SubscribeQueue(
      Topic(), {{"FilterPolicy", R"({"a":["b"]})"},
                {"RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead"})"}});
  EXPECT_EQ(SubscriptionAttributes(arn)["FilterPolicyScope"], "MessageAttributes");
  const auto put = [&](const char* name, const char* value) {
    sns_.MustCall("SetSubscriptionAttributes",
                  {{"SubscriptionArn", arn}, {"AttributeName", name}, {"AttributeValue", value}});
  };
  put("FilterPolicy", "");
  put("RedrivePolicy", "{}");
  const Json shown = SubscriptionAttributes(arn);
  EXPECT_FALSE(shown.contains("FilterPolicy"));
  EXPECT_FALSE(shown.contains("FilterPolicyScope"));
  EXPECT_FALSE(shown.contains("RedrivePolicy"));
}

TEST_F(SnsTest, ADeadLetterQueueOfAFifoTopicIsFifo) {
  const std::string topic = Topic("t.fifo", {{"FifoTopic", "true"}});
  EXPECT_EQ(Refusal("Subscribe", {{"TopicArn", topic},
                                  {"Protocol", "sqs"},
                                  {"Endpoint", "arn:aws:sqs:us-east-1:123456789012:q.fifo"},
                                  {"Attributes", {{"RedrivePolicy", Json{{"deadLetterTargetArn", kQueue}}.dump()}}}}),
            "Invalid parameter: Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic");
}

TEST_F(SnsTest, TheTopicsDeliveryPolicyHoldsWhereTheSubscriptionHasNone) {
  const std::string topic = Topic();
  const std::string arn = Subscribe(topic, "http", "http://example.com/");
  SetTopicAttribute(topic, "DeliveryPolicy",
                    R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":2,"maxDelayTarget":3,"numRetries":4}}})");
  const auto retries = [&] {
    return Json::parse(SubscriptionAttributes(arn)["EffectiveDeliveryPolicy"].get<std::string>())["healthyRetryPolicy"];
  };
  EXPECT_EQ(retries()["numRetries"], 4);
  EXPECT_EQ(retries()["backoffFunction"], "linear");
  sns_.MustCall(
      "SetSubscriptionAttributes",
      {{"SubscriptionArn", arn},
       {"AttributeName", "DeliveryPolicy"},
       {"AttributeValue", R"({"healthyRetryPolicy":{"minDelayTarget":2,"maxDelayTarget":3,"numRetries":7}})"}});
  EXPECT_EQ(retries()["numRetries"], 7);
  SetTopicAttribute(topic, "DeliveryPolicy", R"({"http":{"disableSubscriptionOverrides":true}})");
  EXPECT_EQ(retries()["numRetries"], 3);
}

TEST_F(SnsTest, ListsOfSubscriptionsComeInPagesOfAHundred) {
  const std::string topic = Topic();
  for (int number = 0; number < 101; ++number)
    Subscribe(topic, "sqs", fmt::format("arn:aws:sqs:us-east-1:123456789012:q{}", number));
  for (const char* operation : {"ListSubscriptions", "ListSubscriptionsByTopic"}) {
    Json input = {{"TopicArn", topic}};
    if (std::string_view(operation) == "ListSubscriptions") input = Json::object();
    const Json first = sns_.MustCall(operation, input);
    EXPECT_EQ(first["Subscriptions"].size(), 100u);
    input["NextToken"] = first["NextToken"];
    const Json second = sns_.MustCall(operation, input);
    ASSERT_EQ(second["Subscriptions"].size(), 1u);
    EXPECT_EQ(second["Subscriptions"][0]["Endpoint"], "arn:aws:sqs:us-east-1:123456789012:q100");
  }
}

TEST_F(SnsTest, ReplaysNeedAnArchive) {
  const std::string topic = Topic("t.fifo", {{"FifoTopic", "true"}});
  const std::string arn = Subscribe(topic, "sqs", "arn:aws:sqs:us-east-1:123456789012:q.fifo");
  const Json replay = {{"SubscriptionArn", arn},
                       {"AttributeName", "ReplayPolicy"},
                       {"AttributeValue", R"({"PointType":"Timestamp","StartingPoint":"2026-01-01T00:00:00Z"})"}};
  EXPECT_EQ(Refusal("SetSubscriptionAttributes", replay),
            "Invalid parameter: ReplayPolicy: The topic must have an active ArchivePolicy.");
  SetTopicAttribute(topic, "ArchivePolicy", R"({"MessageRetentionPeriod":"30"})");
  EXPECT_TRUE(TopicAttributes(topic).contains("BeginningArchiveTime"));
  sns_.MustCall("SetSubscriptionAttributes", replay);
  EXPECT_TRUE(SubscriptionAttributes(arn).contains("ReplayStatus"));
}

}  // namespace
}  // namespace stratolite::sns
