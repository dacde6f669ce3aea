#include <gtest/gtest.h>

#include "sns/sns.hpp"
#include "stratolite/service/access.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sns {
namespace {

class TopicAccessGuideTest : public ::testing::Test {
 protected:
  TopicAccessGuideTest() { call_.caller.type = auth::PrincipalType::kUser; }

  std::vector<AccessNeed> NeedsOfCall(std::string_view operation, Json input) {
    call_.operation = operation;
    call_.input = std::move(input);
    call_.scope = sns_.scope;
    std::vector<AccessNeed> needs = NeedsOf("sns", call_).value();
    guide().Refine(call_, needs);
    return needs;
  }
  AccessGuide& guide() { return *sns_.world().FindService("sns")->access_guide(); }

  testing::ServiceHarness sns_{kDescriptor};
  Call call_;
};

TEST_F(TopicAccessGuideTest, ATopicWithoutAPolicyHasAwssDefaultOne) {
  const std::string arn = sns_.MustCall("CreateTopic", {{"Name", "t"}})["TopicArn"];
  AccessNeed need{.action = "sns:Publish"};
  need.resource = arn;
  const Json policy = Json::parse(guide().FactsOf(call_, need).policy);
  EXPECT_EQ(policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceOwner"], "123456789012");
}

TEST_F(TopicAccessGuideTest, SubscriptionsAreDecidedOnTheirTopic) {
  const std::string topic = "arn:aws:sns:us-east-1:123456789012:t";
  const auto needs =
      NeedsOfCall("SetSubscriptionAttributes", {{"SubscriptionArn", topic + ":8d9d4a5e-0000-4000-8000-000000000000"},
                                                {"AttributeName", "RawMessageDelivery"},
                                                {"AttributeValue", "true"}});
  ASSERT_EQ(needs.size(), 1U);
  EXPECT_EQ(needs[0].resource, topic);
}

TEST_F(TopicAccessGuideTest, RolesInAttributesAreHandedOn) {
  const auto needs = NeedsOfCall("SetTopicAttributes", {{"TopicArn", "arn:aws:sns:us-east-1:123456789012:t"},
                                                        {"AttributeName", "SQSFailureFeedbackRoleArn"},
                                                        {"AttributeValue", "arn:aws:iam::123456789012:role/r"}});
  ASSERT_EQ(needs.size(), 2U);
  EXPECT_EQ(needs[1].action, "iam:PassRole");
  EXPECT_EQ(needs[1].resource, "arn:aws:iam::123456789012:role/r");
  EXPECT_EQ(needs[1].context.Find("iam:PassedToService")->front(), "sns.amazonaws.com");
}

TEST_F(TopicAccessGuideTest, LinksInMessagesWorkUnsigned) {
  const Json input = {{"TopicArn", "arn:aws:sns:us-east-1:123456789012:t"}, {"Token", "x"}};
  EXPECT_EQ(NeedsOfCall("ConfirmSubscription", input).size(), 1U);
  call_.caller.type = auth::PrincipalType::kAnonymous;
  EXPECT_TRUE(NeedsOfCall("ConfirmSubscription", input).empty());
  EXPECT_EQ(NeedsOfCall("ListTopics", Json::object()).size(), 1U);
}

}  // namespace
}  // namespace stratolite::sns
