#include <gtest/gtest.h>

#include "sqs/sqs.hpp"
#include "stratolite/service/access.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sqs {
namespace {

class QueueAccessGuideTest : public ::testing::Test {
 protected:
  std::vector<AccessNeed> NeedsOfCall(std::string_view operation, Json input) {
    call_.operation = operation;
    call_.input = std::move(input);
    call_.scope = sqs_.scope;
    std::vector<AccessNeed> needs = NeedsOf("sqs", call_).value();
    guide().Refine(call_, needs);
    return needs;
  }
  ResourceFacts FactsOfQueue(std::string_view arn) {
    AccessNeed need{.action = "sqs:SendMessage"};
    need.resource = arn;
    return guide().FactsOf(call_, need);
  }
  AccessGuide& guide() { return *sqs_.world().FindService("sqs")->access_guide(); }

  testing::ServiceHarness sqs_{kDescriptor};
  Call call_;
};

TEST_F(QueueAccessGuideTest, AUrlMeansTheQueueOfTheAccountInIt) {
  EXPECT_EQ(NeedsOfCall("SendMessage", {{"QueueUrl", "http://localhost:4566/444455556666/theirs"}})[0].resource,
            "arn:aws:sqs:us-east-1:444455556666:theirs");
  EXPECT_EQ(
      NeedsOfCall("SendMessage", {{"QueueUrl", "https://sqs.eu-west-1.amazonaws.com/444455556666/theirs"}})[0].resource,
      "arn:aws:sqs:eu-west-1:444455556666:theirs");
  EXPECT_EQ(
      NeedsOfCall("GetQueueUrl", {{"QueueName", "theirs"}, {"QueueOwnerAWSAccountId", "444455556666"}})[0].resource,
      "arn:aws:sqs:us-east-1:444455556666:theirs");
}

TEST_F(QueueAccessGuideTest, AQueueBringsItsPolicyAndTags) {
  const std::string policy = R"({"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":"*",)"
                             R"("Action":"sqs:SendMessage","Resource":"*"}]})";
  sqs_.MustCall("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"Policy", policy}}}, {"tags", {{"team", "red"}}}});
  const ResourceFacts facts = FactsOfQueue("arn:aws:sqs:us-east-1:123456789012:q");
  EXPECT_EQ(facts.owner, AccountId("123456789012"));
  EXPECT_EQ(Json::parse(facts.policy), Json::parse(policy));
  EXPECT_EQ(facts.tags.at("team"), "red");
}

TEST_F(QueueAccessGuideTest, AQueueThatIsNotThereBringsNothing) {
  const ResourceFacts facts = FactsOfQueue("arn:aws:sqs:us-east-1:123456789012:none");
  EXPECT_EQ(facts.policy, "");
  EXPECT_TRUE(facts.tags.empty());
}

}  // namespace
}  // namespace stratolite::sqs
