#include "sns/publish_operations.hpp"

#include <gmock/gmock.h>

#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/sent_messages.hpp"
#include "stratolite/storage/database.hpp"
#include "unit/services/sns/publish_fixture.hpp"

namespace stratolite::sns {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PublishTest : public PublishFixture {
 protected:
  Json Publish(const std::string& topic, const std::string& body, Json more = Json::object()) {
    more["TopicArn"] = topic;
    more["Message"] = body;
    return sns_.MustCall("Publish", std::move(more));
  }
  std::string Refusal(Json input) {
    const Result<Json> answer = sns_.Call("Publish", std::move(input));
    return answer.ok() ? "accepted" : answer.error().message;
  }
};

TEST_F(PublishTest, EverySubscribedQueueIsDeliveredToInOneCall) {
  const std::string topic = Topic();
  SubscribeRaw(topic, "a");
  SubscribeRaw(topic, "b");
  Publish(topic, "m");
  EXPECT_THAT(Taken(), ElementsAre("a: m", "b: m"));
}

TEST_F(PublishTest, AThousandQueuesAreDeliveredToInOneTransaction) {
  const std::string topic = Topic();
  for (int i = 0; i < 1000; ++i) Subscribe(topic, "q" + std::to_string(i));
  Publish(topic, "m");
  EXPECT_EQ(queues_.taken.size(), 1000U);
  EXPECT_EQ(queues_.transactions.size(), 1U);
}

TEST_F(PublishTest, TheEnvelopeIsRenderedOnceAndUnsubscribesEachItsOwn) {
  const std::string topic = Topic();
  const std::string first = Subscribe(topic, "a");
  const std::string second = Subscribe(topic, "b");
  const Json answer = Publish(topic, "m", {{"Subject", "s"}});
  ASSERT_EQ(queues_.taken.size(), 2U);
  Json a = Json::parse(queues_.taken[0].body);
  Json b = Json::parse(queues_.taken[1].body);
  EXPECT_EQ(a["UnsubscribeURL"], "http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=" + first);
  EXPECT_EQ(b["UnsubscribeURL"], "http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=" + second);
  EXPECT_EQ(a["MessageId"], answer["MessageId"]);
  EXPECT_EQ(a["Signature"], b["Signature"]);
  EXPECT_FALSE(a.contains("MessageAttributes"));
}

TEST_F(PublishTest, WhatIsRefusedReachesNobody) {
  const std::string topic = Topic();
  SubscribeRaw(topic, "a");
  EXPECT_EQ(Refusal({{"TopicArn", topic}, {"Message", ""}}), "Invalid parameter: Empty message");
  EXPECT_EQ(Refusal({{"TopicArn", topic}, {"Message", "m"}, {"MessageStructure", "xml"}}),
            "Invalid parameter: MessageStructure");
  EXPECT_EQ(Refusal({{"TopicArn", topic}, {"Message", "m"}, {"MessageGroupId", "two words"}}),
            "Invalid parameter: MessageGroupId Reason: MessageGroupId can only include alphanumeric and punctuation "
            "characters. 1 to 128 in length");
  EXPECT_EQ(Refusal({{"Message", "m"}}),
            "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter");
  EXPECT_THAT(Taken(), IsEmpty());
}

TEST_F(PublishTest, ADeepMessageStructureIsRefusedAndDoesNoHarm) {
  const std::string topic = Topic();
  const std::string deep = R"({"default": )" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(Refusal({{"TopicArn", topic}, {"Message", deep}, {"MessageStructure", "json"}}),
            "Invalid parameter: Message Structure - JSON message body failed to parse");
}

TEST_F(PublishTest, SizeCountsBodyAndAttributesToTheByte) {
  const std::string topic = Topic();
  const Json attribute = {{"a", {{"DataType", "String"}, {"StringValue", "xxx"}}}};
  const std::size_t room = 262'144 - 1 - 6 - 3;
  Publish(topic, std::string(room, 'x'), {{"MessageAttributes", attribute}});
  EXPECT_EQ(Refusal({{"TopicArn", topic}, {"Message", std::string(room + 1, 'x')}, {"MessageAttributes", attribute}}),
            "Invalid parameter: Message too long");
}

TEST_F(PublishTest, WhatAQueueRefusesForGoodGoesToTheDeadLetterQueueWithItsAttributes) {
  const std::string topic = Topic();
  const Json redrive = {{"deadLetterTargetArn", QueueArn("dead")}};
  Subscribe(topic, "gone", {{"RawMessageDelivery", "true"}, {"RedrivePolicy", redrive.dump()}});
  SubscribeRaw(topic, "gone-for-ever");
  Publish(topic, "m", {{"MessageAttributes", {{"a", {{"DataType", "Number"}, {"StringValue", "1"}}}}}});
  ASSERT_EQ(queues_.taken.size(), 1U);
  EXPECT_EQ(queues_.taken[0].target.resource, "dead");
  EXPECT_EQ(queues_.taken[0].attributes, (Json{{"a", {{"DataType", "Number"}, {"StringValue", "1"}}}}));
}

TEST_F(PublishTest, ABatchIsOneTransactionWithAnAnswerForEach) {
  const std::string topic = Topic();
  SubscribeRaw(topic, "a");
  const Json entries = {
      {{"Id", "1"}, {"Message", "one"}}, {{"Id", "2"}, {"Message", ""}}, {{"Id", "3"}, {"Message", "three"}}};
  const Json answer = sns_.MustCall("PublishBatch", {{"TopicArn", topic}, {"PublishBatchRequestEntries", entries}});
  EXPECT_EQ(answer["Successful"].size(), 2U);
  EXPECT_EQ(answer["Failed"][0]["Code"], "InvalidParameter");
  EXPECT_THAT(Taken(), ElementsAre("a: one", "a: three"));
}

TEST_F(PublishTest, AnEntryOfABatchWithoutItsMembersIsNamedByItsPlace) {
  const Json entries = {{{"Id", "1"}, {"Message", "one"}}, {{"Id", "2"}}};
  const Result<Json> answer =
      sns_.Call("PublishBatch", {{"TopicArn", Topic()}, {"PublishBatchRequestEntries", entries}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(
      answer.error().message,
      "1 validation error detected: Value null at 'publishBatchRequestEntries.2.member.message' failed to satisfy "
      "constraint: Member must not be null");
}

TEST_F(PublishTest, ADeletedTopicTakesNothing) {
  const std::string topic = Topic();
  Publish(topic, "m");
  sns_.MustCall("DeleteTopic", {{"TopicArn", topic}});
  EXPECT_EQ(Refusal({{"TopicArn", topic}, {"Message", "m"}}), "Topic does not exist");
}

TEST_F(PublishTest, WithoutAFunctionItsDeadLetterQueueHasTheEvent) {
  const std::string topic = Topic();
  sns_.MustCall("Subscribe",
                {{"TopicArn", topic},
                 {"Protocol", "lambda"},
                 {"Endpoint", "arn:aws:lambda:us-east-1:123456789012:function:f"},
                 {"Attributes", {{"RedrivePolicy", Json{{"deadLetterTargetArn", QueueArn("dead")}}.dump()}}}});
  Publish(topic, "m");
  ASSERT_EQ(queues_.taken.size(), 1U);
  const Json record = Json::parse(queues_.taken[0].body)["Records"][0];
  EXPECT_EQ(record["EventSource"], "aws:sns");
  EXPECT_EQ(record["Sns"]["Message"], "m");
  EXPECT_EQ(record["Sns"]["Subject"], Json());
  EXPECT_EQ(record["Sns"]["MessageAttributes"], Json::object());
}

TEST_F(PublishTest, TextMessagesAreKeptForWhoeverLooks) {
  sns_.MustCall("Publish",
                {{"PhoneNumber", "+15550100"},
                 {"Message", "m"},
                 {"MessageAttributes", {{"AWS.SNS.SMS.SenderID", {{"DataType", "String"}, {"StringValue", "Me"}}}}}});
  const auto sent = sns_.world().deps().ports.Find<ports::SentMessages>()->Read({.kind = "sms"});
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].recipient, "+15550100");
  EXPECT_EQ(sent[0].sender, "Me");
  EXPECT_EQ(sent[0].body, "m");
}

TEST_F(PublishTest, TopicsTakeDeliveriesOfOtherServices) {
  const std::string topic = Topic();
  Subscribe(topic, "a");
  const ServiceDeps& deps = sns_.world().deps();
  Delivery delivery;
  delivery.target = *Arn::Parse(topic);
  delivery.source_service = "s3.amazonaws.com";
  delivery.body = "from elsewhere";
  delivery.parameters = {{"Subject", "Amazon S3 Notification"}};
  DeliveryTarget* const topics = deps.events.FindTarget(delivery.target);
  ASSERT_NE(topics, nullptr);
  EXPECT_TRUE(topics->CheckTarget(delivery.target).ok());
  EXPECT_TRUE(deps.db.Transact([&](storage::Txn& txn) { return deps.events.Send(txn, delivery); }).ok());
  ASSERT_EQ(queues_.taken.size(), 1U);
  const Json notification = Json::parse(queues_.taken[0].body);
  EXPECT_EQ(notification["Message"], "from elsewhere");
  EXPECT_EQ(notification["Subject"], "Amazon S3 Notification");
  delivery.target.resource = "none";
  EXPECT_EQ(topics->CheckTarget(delivery.target).error().code, "NotFoundException");
  EXPECT_FALSE(deps.db.Transact([&](storage::Txn& txn) { return deps.events.Send(txn, delivery); }).ok());
}

TEST_F(PublishTest, ADeliveryThatIsRolledBackReachesNobodyAndItsKeyIsMadeAnew) {
  const std::string topic = Topic();
  Subscribe(topic, "a");
  const ServiceDeps& deps = sns_.world().deps();
  Delivery delivery;
  delivery.target = *Arn::Parse(topic);
  delivery.body = "m";
  deps.events.FindTarget(delivery.target);
  const Result<void> rolled_back = deps.db.Transact([&](storage::Txn& txn) -> Result<void> {
    EXPECT_TRUE(deps.events.Send(txn, delivery).ok());
    return AwsError{"Changed", "The sender changed its mind."};
  });
  EXPECT_FALSE(rolled_back.ok());
  const Json first = Json::parse(queues_.taken.at(0).body);
  Publish(topic, "m");
  const Json second = Json::parse(queues_.taken.at(1).body);
  EXPECT_NE(first["SigningCertURL"], second["SigningCertURL"]);
}

TEST_F(PublishTest, AResetForgetsTheKeyAndTheOutbox) {
  const std::string topic = Topic();
  Subscribe(topic, "a");
  Publish(topic, "m");
  sns_.MustCall("Publish", {{"PhoneNumber", "+15550100"}, {"Message", "m"}});
  sns_.world().Reset();
  EXPECT_THAT(sns_.world().deps().ports.Find<ports::SentMessages>()->Read({}), IsEmpty());
  Subscribe(Topic(), "a");
  Publish(topic, "m");
  EXPECT_NE(Json::parse(queues_.taken.at(0).body)["SigningCertURL"],
            Json::parse(queues_.taken.at(1).body)["SigningCertURL"]);
}

}  // namespace
}  // namespace stratolite::sns
