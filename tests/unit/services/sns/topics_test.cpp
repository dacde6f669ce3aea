#include <fmt/format.h>

#include "unit/services/sns/sns_fixture.hpp"

namespace stratolite::sns {
namespace {

constexpr const char* kExists = "Invalid parameter: Attributes Reason: Topic already exists with different attributes";

TEST_F(SnsTest, CreatingTheSameTopicAgainGivesTheSameTopic) {
  const std::string topic = Topic("t", {{"DisplayName", "one"}});
  EXPECT_EQ(Topic("t"), topic);
  EXPECT_EQ(Topic("t", {{"DisplayName", "one"}}), topic);
  EXPECT_EQ(Refusal("CreateTopic", {{"Name", "t"}, {"Attributes", {{"DisplayName", "two"}}}}), kExists);
  EXPECT_EQ(Refusal("CreateTopic", {{"Name", "t"}, {"Attributes", {{"KmsMasterKeyId", "key"}}}}), kExists);
  EXPECT_EQ(TopicAttributes(topic)["DisplayName"], "one");
}

TEST_F(SnsTest, TagsOfATopicThatExistsMustBeItsOwn) {
  const Json tags = {{{"Key", "a"}, {"Value", "1"}}};
  sns_.MustCall("CreateTopic", {{"Name", "t"}, {"Tags", tags}});
  sns_.MustCall("CreateTopic", {{"Name", "t"}, {"Tags", tags}});
  EXPECT_EQ(Refusal("CreateTopic", {{"Name", "t"}, {"Tags", {{{"Key", "a"}, {"Value", "2"}}}}}),
            "Invalid parameter: Tags Reason: Topic already exists with different tags");
}

TEST_F(SnsTest, AttributesOfFifoTopicsAreUnknownToOthers) {
  EXPECT_EQ(Refusal("CreateTopic", {{"Name", "t"}, {"Attributes", {{"ContentBasedDeduplication", "true"}}}}),
            "Invalid parameter: Attributes Reason: Unknown attribute ContentBasedDeduplication");
  const std::string topic = Topic("t.fifo", {{"FifoTopic", "true"}, {"ContentBasedDeduplication", "true"}});
  EXPECT_EQ(TopicAttributes(topic)["ContentBasedDeduplication"], "true");
  EXPECT_EQ(TopicAttributes(topic)["FifoTopic"], "true");
}

TEST_F(SnsTest, ATopicOfAnotherRegionIsRefused) {
  const std::string topic = Topic();
  sns_.scope.region = Region("eu-west-1");
  EXPECT_EQ(Refusal("GetTopicAttributes", {{"TopicArn", topic}}), "Invalid parameter: TopicArn");
}

TEST_F(SnsTest, SubscriptionsAreCountedByState) {
  const std::string topic = Topic();
  const std::string queue = SubscribeQueue(topic);
  Subscribe(topic, "http", "http://example.com/");
  EXPECT_EQ(TopicAttributes(topic)["SubscriptionsConfirmed"], "1");
  EXPECT_EQ(TopicAttributes(topic)["SubscriptionsPending"], "1");
  sns_.MustCall("Unsubscribe", {{"SubscriptionArn", queue}});
  EXPECT_EQ(TopicAttributes(topic)["SubscriptionsConfirmed"], "0");
  EXPECT_EQ(TopicAttributes(topic)["SubscriptionsDeleted"], "1");
}

TEST_F(SnsTest, ListsOfTopicsComeInPagesOfAHundred) {
  for (int number = 0; number < 130; ++number) Topic(fmt::format("t{:03}", number));
  const Json first = sns_.MustCall("ListTopics");
  const Json second = sns_.MustCall("ListTopics", {{"NextToken", first["NextToken"]}});
  EXPECT_EQ(first["Topics"].size(), 100u);
  EXPECT_EQ(second["Topics"].size(), 30u);
  EXPECT_FALSE(second.contains("NextToken"));
  EXPECT_TRUE(second["Topics"][0]["TopicArn"].get<std::string>().ends_with(":t100"));
  EXPECT_EQ(Refusal("ListTopics", {{"NextToken", "%"}}), "Invalid parameter: NextToken");
}

TEST_F(SnsTest, DeliveryPoliciesAreHeldAgainstTheirLimits) {
  const std::string topic = Topic();
  const auto refused = [&](const Json& retries) {
    const Json policy = {{"http", {{"defaultHealthyRetryPolicy", retries}}}};
    return Refusal("SetTopicAttributes",
                   {{"TopicArn", topic}, {"AttributeName", "DeliveryPolicy"}, {"AttributeValue", policy.dump()}});
  };
  const std::string where = "Invalid parameter: DeliveryPolicy: http.defaultHealthyRetryPolicy.";
  EXPECT_EQ(refused({{"minDelayTarget", 1}, {"maxDelayTarget", 1}, {"numRetries", 101}}),
            where + "numRetries must be less than or equal to 100");
  EXPECT_EQ(refused({{"minDelayTarget", 0}, {"maxDelayTarget", 1}, {"numRetries", 1}}),
            where + "minDelayTarget must be greater than or equal to 1");
  EXPECT_EQ(refused({{"minDelayTarget", 1}}), where + "maxDelayTarget must be specified");
  EXPECT_EQ(refused({{"surprise", 1}}), "Invalid parameter: DeliveryPolicy: Unexpected JSON member: surprise");
}

TEST_F(SnsTest, AMaximumMessageSizeAboveTheDefaultNeedsQueuesOnly) {
  const std::string topic = Topic();
  Subscribe(topic, "sms", "+14155550100");
  const Result<Json> refused =
      sns_.Call("SetTopicAttributes",
                {{"TopicArn", topic}, {"AttributeName", "MaximumMessageSize"}, {"AttributeValue", "1048576"}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "InvalidParameterException");
  SetTopicAttribute(topic, "MaximumMessageSize", "2048");
  EXPECT_EQ(TopicAttributes(topic)["MaximumMessageSize"], "2048");
  const std::string large = Topic("large", {{"MaximumMessageSize", "1048576"}});
  SubscribeQueue(large);
  EXPECT_EQ(sns_.ErrorCode("Subscribe", {{"TopicArn", large}, {"Protocol", "sms"}, {"Endpoint", "+14155550100"}}),
            "InvalidParameterException");
}

TEST_F(SnsTest, PoliciesSpeakOfSnsOnly) {
  const std::string topic = Topic();
  const auto refused = [&](std::string_view policy) {
    return Refusal("SetTopicAttributes",
                   {{"TopicArn", topic}, {"AttributeName", "Policy"}, {"AttributeValue", policy}});
  };
  EXPECT_EQ(refused("{}"), "Invalid parameter: Policy Error: null");
  EXPECT_EQ(refused(R"({"Statement":[{"Sid":1,"Effect":"Allow","Principal":"*","Action":"sns:Publish"}]})"),
            "Invalid parameter: Policy Error: null");
  EXPECT_EQ(refused(R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]})"),
            "Invalid parameter: Policy statement action out of service scope!");
}

TEST_F(SnsTest, PermissionsAreStatementsOfThePolicy) {
  const std::string topic = Topic();
  const Json permission = {{"TopicArn", topic},
                           {"Label", "mine"},
                           {"AWSAccountId", {"111111111111", "222222222222"}},
                           {"ActionName", {"Publish"}}};
  sns_.MustCall("AddPermission", permission);
  EXPECT_EQ(Refusal("AddPermission", permission), "Invalid parameter: Statement already exists");
  Json policy = Json::parse(TopicAttributes(topic)["Policy"].get<std::string>());
  ASSERT_EQ(policy["Statement"].size(), 2u);
  EXPECT_EQ(policy["Statement"][1]["Principal"]["AWS"].size(), 2u);
  EXPECT_EQ(policy["Statement"][1]["Action"], "SNS:Publish");
  sns_.MustCall("RemovePermission", {{"TopicArn", topic}, {"Label", "mine"}});
  policy = Json::parse(TopicAttributes(topic)["Policy"].get<std::string>());
  EXPECT_EQ(policy["Statement"].size(), 1u);
}

TEST_F(SnsTest, TagsAreLimitedToFifty) {
  const std::string topic = Topic();
  Json tags = Json::array();
  for (int number = 0; number < 51; ++number) tags.push_back({{"Key", fmt::format("k{}", number)}, {"Value", ""}});
  EXPECT_EQ(sns_.ErrorCode("TagResource", {{"ResourceArn", topic}, {"Tags", tags}}), "TagLimitExceededException");
  tags.erase(0);
  sns_.MustCall("TagResource", {{"ResourceArn", topic}, {"Tags", tags}});
  EXPECT_EQ(sns_.MustCall("ListTagsForResource", {{"ResourceArn", topic}})["Tags"].size(), 50u);
  EXPECT_EQ(sns_.ErrorCode("TagResource", {{"ResourceArn", topic + "x"}, {"Tags", Json::array()}}),
            "ResourceNotFoundException");
}

TEST_F(SnsTest, ADataProtectionPolicyIsKept) {
  const std::string topic = Topic();
  EXPECT_FALSE(sns_.MustCall("GetDataProtectionPolicy", {{"ResourceArn", topic}}).contains("DataProtectionPolicy"));
  sns_.MustCall("PutDataProtectionPolicy", {{"ResourceArn", topic}, {"DataProtectionPolicy", R"({"Name":"p"})"}});
  EXPECT_EQ(sns_.MustCall("GetDataProtectionPolicy", {{"ResourceArn", topic}})["DataProtectionPolicy"],
            R"({"Name":"p"})");
  EXPECT_EQ(Refusal("PutDataProtectionPolicy", {{"ResourceArn", topic}, {"DataProtectionPolicy", "["}}),
            "Invalid parameter: DataProtectionPolicy");
}

TEST_F(SnsTest, ADeletedTopicTakesItsSubscriptionsAlong) {
  const std::string topic = Topic();
  const std::string subscription = SubscribeQueue(topic);
  sns_.MustCall("DeleteTopic", {{"TopicArn", topic}});
  sns_.MustCall("DeleteTopic", {{"TopicArn", topic}});
  EXPECT_EQ(Refusal("GetTopicAttributes", {{"TopicArn", topic}}), "Topic does not exist");
  EXPECT_EQ(Refusal("GetSubscriptionAttributes", {{"SubscriptionArn", subscription}}), "Subscription does not exist");
  EXPECT_EQ(TopicAttributes(Topic())["SubscriptionsConfirmed"], "0");
}

}  // namespace
}  // namespace stratolite::sns
