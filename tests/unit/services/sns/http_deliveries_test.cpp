#include "sns/http_deliveries.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "sns/sns.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/event_router.hpp"
#include "support/fake_http_client.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sns {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FakeHttpClient;

constexpr const char* kEndpointUrl = "http://example.test/hook";

/// Stands in for a dead-letter queue.
class KeptLetters final : public DeliveryTarget {
 public:
  Result<void> CheckTarget(const Arn&) override { return {}; }
  Result<void> Deliver(storage::Txn&, const Delivery& delivery) override {
    bodies.push_back(delivery.body);
    return {};
  }
  std::vector<std::string> bodies;
};

class HttpDeliveriesTest : public ::testing::Test {
 protected:
  HttpDeliveriesTest() {
    sns_.protocol = wire::Protocol::kQuery;
    sns_.world().deps().ports.Offer<ports::HttpClient>(&http_);
    sns_.world().deps().events.Offer("sqs", &letters_);
    topic_ = sns_.MustCall("CreateTopic", {{"Name", "news"}})["TopicArn"];
  }

  std::string Subscribe(Json attributes = Json::object()) {
    const Json answer = sns_.MustCall("Subscribe", {{"TopicArn", topic_},
                                                    {"Protocol", "http"},
                                                    {"Endpoint", kEndpointUrl},
                                                    {"ReturnSubscriptionArn", true},
                                                    {"Attributes", std::move(attributes)}});
    sns_.Advance(seconds(0));
    const auto asked = http_.Take();
    EXPECT_EQ(asked.size(), 1U);
    if (asked.size() != 1) return {};
    confirmation_ = asked.front().body;
    sns_.MustCall("ConfirmSubscription", {{"TopicArn", topic_}, {"Token", Json::parse(confirmation_)["Token"]}});
    return answer["SubscriptionArn"];
  }
  void Publish(const std::string& message = "hello") {
    sns_.MustCall("Publish", {{"TopicArn", topic_}, {"Message", message}});
  }
  std::size_t SentWithin(Duration time) {
    sns_.Advance(time);
    return http_.Take().size();
  }
  static std::string Policy(const std::string& retries) { return R"({"healthyRetryPolicy":{)" + retries + R"(}})"; }
  FakeHttpClient http_;
  KeptLetters letters_;
  testing::ServiceHarness sns_{kDescriptor};
  std::string topic_;
  std::string confirmation_;
};

TEST_F(HttpDeliveriesTest, AsksTheEndpointToConfirm) {
  sns_.MustCall("Subscribe", {{"TopicArn", topic_}, {"Protocol", "http"}, {"Endpoint", kEndpointUrl}});
  sns_.Advance(seconds(0));
  const auto sent = http_.Take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].method, "POST");
  EXPECT_EQ(sent[0].url, kEndpointUrl);
  EXPECT_EQ(sent[0].Header("x-amz-sns-message-type"), "SubscriptionConfirmation");
  EXPECT_EQ(sent[0].Header("x-amz-sns-topic-arn"), topic_);
  EXPECT_EQ(sent[0].Header("x-amz-sns-subscription-arn"), "");
  EXPECT_EQ(sent[0].Header("Content-Type"), "text/plain; charset=UTF-8");
  EXPECT_EQ(sent[0].Header("User-Agent"), "Amazon Simple Notification Service Agent");
  const Json body = Json::parse(sent[0].body);
  EXPECT_EQ(body["Type"], "SubscriptionConfirmation");
  EXPECT_EQ(body["MessageId"], sent[0].Header("x-amz-sns-message-id"));
  EXPECT_EQ(body["SubscribeURL"].get<std::string>(), "http://localhost:4566/?Action=ConfirmSubscription&TopicArn=" +
                                                         topic_ + "&Token=" + body["Token"].get<std::string>());
  EXPECT_FALSE(body["Signature"].get<std::string>().empty());
  // Nothing is posted to who has not confirmed.
  Publish();
  EXPECT_EQ(SentWithin(hours(1)), 0U);
}

TEST_F(HttpDeliveriesTest, PostsWhatIsPublishedOnce) {
  const std::string subscription = Subscribe();
  Publish();
  sns_.Advance(seconds(0));
  const auto sent = http_.Take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].Header("x-amz-sns-message-type"), "Notification");
  EXPECT_EQ(sent[0].Header("x-amz-sns-subscription-arn"), subscription);
  EXPECT_EQ(sent[0].Header("x-amz-sns-rawdelivery"), "");
  const Json body = Json::parse(sent[0].body);
  EXPECT_EQ(body["Type"], "Notification");
  EXPECT_EQ(body["Message"], "hello");
  EXPECT_EQ(body["MessageId"], sent[0].Header("x-amz-sns-message-id"));
  EXPECT_EQ(SentWithin(hours(24)), 0U);
}

TEST_F(HttpDeliveriesTest, PostsRawMessagesAsWhatThePolicySays) {
  Subscribe(
      {{"RawMessageDelivery", "true"}, {"DeliveryPolicy", R"({"requestPolicy":{"headerContentType":"text/csv"}})"}});
  Publish("a,b");
  sns_.Advance(seconds(0));
  const auto sent = http_.Take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].body, "a,b");
  EXPECT_EQ(sent[0].Header("x-amz-sns-rawdelivery"), "true");
  EXPECT_EQ(sent[0].Header("Content-Type"), "text/csv");
}

TEST_F(HttpDeliveriesTest, TriesFourTimesTwentySecondsApartAndThenNoMore) {
  Subscribe();
  http_.Answer(503);
  Publish();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  EXPECT_EQ(SentWithin(seconds(19)), 0U);
  EXPECT_EQ(SentWithin(seconds(1)), 1U);
  EXPECT_EQ(SentWithin(seconds(20)), 1U);
  EXPECT_EQ(SentWithin(seconds(20)), 1U);
  EXPECT_EQ(SentWithin(hours(24)), 0U);
  const auto status = sns_.world().deps().events.ReadStatus();
  EXPECT_EQ(status.lost, 1U);
}

TEST_F(HttpDeliveriesTest, FollowsTheDeliveryPolicyOfTheSubscription) {
  Subscribe({{"DeliveryPolicy", Policy(R"("numRetries":5,"numNoDelayRetries":2,"numMinDelayRetries":1,)"
                                       R"("numMaxDelayRetries":1,"minDelayTarget":10,"maxDelayTarget":100,)"
                                       R"("backoffFunction":"linear")")}});
  http_.Fail("Timeout");
  Publish();
  EXPECT_EQ(SentWithin(seconds(0)), 3U);
  EXPECT_EQ(SentWithin(seconds(9)), 0U);
  EXPECT_EQ(SentWithin(seconds(1)), 1U);
  EXPECT_EQ(SentWithin(seconds(10)), 1U);
  EXPECT_EQ(SentWithin(seconds(99)), 0U);
  EXPECT_EQ(SentWithin(seconds(1)), 1U);
  EXPECT_EQ(SentWithin(hours(24)), 0U);
}

TEST_F(HttpDeliveriesTest, AnEndpointThatRecoversGetsItsMessage) {
  Subscribe();
  http_.Fail("Unreachable");
  Publish();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  http_.Answer(204);
  EXPECT_EQ(SentWithin(seconds(20)), 1U);
  EXPECT_EQ(SentWithin(hours(1)), 0U);
  EXPECT_EQ(sns_.world().deps().events.ReadStatus().lost, 0U);
}

TEST_F(HttpDeliveriesTest, ClientErrorsRedirectsAndForbiddenAddressesAreFinalThrottlingIsNot) {
  Subscribe();
  for (const int status : {400, 404, 302, 410}) {
    http_.Answer(status);
    Publish();
    EXPECT_EQ(SentWithin(hours(1)), 1U) << status;
  }
  http_.Fail("Refused");
  Publish();
  EXPECT_EQ(SentWithin(hours(1)), 1U);
  http_.Answer(429);
  Publish();
  EXPECT_EQ(SentWithin(hours(1)), 4U);
}

TEST_F(HttpDeliveriesTest, WhatIsGivenUpGoesToTheDeadLetterQueue) {
  Subscribe({{"RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead"})"}});
  http_.Answer(500);
  Publish("lost?");
  EXPECT_EQ(SentWithin(seconds(59)), 3U);
  EXPECT_TRUE(letters_.bodies.empty());
  EXPECT_EQ(SentWithin(seconds(1)), 1U);
  ASSERT_EQ(letters_.bodies.size(), 1U);
  EXPECT_EQ(Json::parse(letters_.bodies[0])["Message"], "lost?");
  EXPECT_EQ(sns_.world().deps().events.ReadStatus().lost, 0U);
}

TEST_F(HttpDeliveriesTest, KeepsToTheThrottle) {
  Subscribe({{"DeliveryPolicy", R"({"throttlePolicy":{"maxReceivesPerSecond":2}})"}});
  for (int i = 0; i < 5; ++i) Publish();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  EXPECT_EQ(SentWithin(milliseconds(500)), 1U);
  EXPECT_EQ(SentWithin(seconds(1)), 2U);
  EXPECT_EQ(SentWithin(hours(1)), 1U);
}

TEST_F(HttpDeliveriesTest, WhoIsUnsubscribedHearsOfThatAndOfNothingElse) {
  const std::string subscription = Subscribe();
  http_.Answer(500);
  Publish();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  http_.Answer(200);
  // By somebody who has but the URL.
  sns_.caller.type = auth::PrincipalType::kAnonymous;
  sns_.MustCall("Unsubscribe", {{"SubscriptionArn", subscription}});
  sns_.Advance(hours(1));
  const auto sent = http_.Take();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].Header("x-amz-sns-message-type"), "UnsubscribeConfirmation");
  EXPECT_EQ(sent[0].Header("x-amz-sns-subscription-arn"), subscription);
  EXPECT_EQ(Json::parse(sent[0].body)["Type"], "UnsubscribeConfirmation");
}

/// Keeps calls until it is told to answer them, and counts how many there are at once.
class SlowEndpoint final : public ports::HttpClient {
 public:
  void Send(Request, Done done) override {
    waiting_.push_back(std::move(done));
    most = std::max(most, waiting_.size());
  }
  /// How many.
  std::size_t AnswerAll() {
    std::size_t answered = 0;
    for (; !waiting_.empty(); ++answered) {
      const Done done = std::move(waiting_.front());
      waiting_.pop_front();
      done(Answer{200, {}, {}});
    }
    return answered;
  }
  std::size_t most = 0;

 private:
  std::deque<Done> waiting_;
};

TEST_F(HttpDeliveriesTest, HoldsSoManyMessagesInMemoryAndNoMore) {
  Subscribe();
  SlowEndpoint slow;
  sns_.world().deps().ports.Offer<ports::HttpClient>(&slow);
  sns_.world().Settle();
  for (int i = 0; i < 1200; ++i) Publish();
  sns_.Advance(seconds(0));
  EXPECT_EQ(slow.most, 1000U);
  EXPECT_EQ(slow.AnswerAll(), 1200U);
  EXPECT_EQ(slow.most, 1000U);
  sns_.Advance(hours(1));
  EXPECT_EQ(slow.AnswerAll(), 0U);
}

TEST_F(HttpDeliveriesTest, ATryThatAStopHasEndedIsMadeAgain) {
  Subscribe();
  http_.Fail("Stopped");
  Publish();
  EXPECT_EQ(SentWithin(seconds(0)), 1U);
  http_.Answer(200);
  EXPECT_EQ(SentWithin(seconds(60)), 1U);
  EXPECT_EQ(SentWithin(hours(1)), 0U);
}

}  // namespace
}  // namespace stratolite::sns
