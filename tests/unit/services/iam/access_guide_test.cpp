#include <gtest/gtest.h>

#include "iam/iam.hpp"
#include "stratolite/service/access.hpp"
#include "support/service_harness.hpp"

namespace stratolite::iam {
namespace {

class IamAccessGuideTest : public ::testing::Test {
 protected:
  std::vector<AccessNeed> NeedsOfCall(std::string_view operation, Json input) {
    call_.operation = operation;
    call_.input = std::move(input);
    call_.scope = iam_.scope;
    std::vector<AccessNeed> needs = NeedsOf("iam", call_).value();
    guide().Refine(call_, needs);
    return needs;
  }
  AccessGuide& guide() { return *iam_.world().FindService("iam")->access_guide(); }

  testing::ServiceHarness iam_{kDescriptor};
  Call call_;
};

TEST_F(IamAccessGuideTest, NamesMeanArnsWithTheStoredPath) {
  iam_.MustCall("CreateUser", {{"UserName", "bob"}, {"Path", "/team/"}});
  EXPECT_EQ(NeedsOfCall("GetUser", {{"UserName", "bob"}})[0].resource, "arn:aws:iam::123456789012:user/team/bob");
  EXPECT_EQ(NeedsOfCall("GetUser", {{"UserName", "eve"}})[0].resource, "arn:aws:iam::123456789012:user/eve");
  EXPECT_EQ(NeedsOfCall("CreateUser", {{"UserName", "bob"}})[0].resource, "arn:aws:iam::123456789012:user/bob");
}

TEST_F(IamAccessGuideTest, WithoutANameTheCallerIsMeant) {
  call_.caller.type = auth::PrincipalType::kUser;
  call_.caller.arn = "arn:aws:iam::123456789012:user/team/bob";
  const auto needs = NeedsOfCall("ListAccessKeys", Json::object());
  EXPECT_EQ(needs[0].resource, "arn:aws:iam::123456789012:user/team/bob");
  EXPECT_EQ(needs[0].resource_in_message, "user bob");
}

TEST_F(IamAccessGuideTest, RenamingNeedsBothNames) {
  iam_.MustCall("CreateUser", {{"UserName", "bob"}, {"Path", "/team/"}});
  const auto needs = NeedsOfCall("UpdateUser", {{"UserName", "bob"}, {"NewUserName", "bert"}});
  ASSERT_EQ(needs.size(), 2U);
  EXPECT_EQ(needs[0].resource, "arn:aws:iam::123456789012:user/team/bob");
  EXPECT_EQ(needs[1].resource, "arn:aws:iam::123456789012:user/team/bert");
  EXPECT_EQ(NeedsOfCall("UpdateUser", {{"UserName", "bob"}, {"NewPath", "/"}})[1].resource,
            "arn:aws:iam::123456789012:user/bob");
  EXPECT_EQ(NeedsOfCall("UpdateUser", {{"UserName", "bob"}}).size(), 1U);
}

TEST_F(IamAccessGuideTest, EntitiesBringTheirTags) {
  Json tags = Json::array();
  tags.push_back({{"Key", "team"}, {"Value", "red"}});
  iam_.MustCall("CreateUser", {{"UserName", "bob"}, {"Tags", tags}});
  AccessNeed need{.action = "iam:GetUser"};
  need.resource = "arn:aws:iam::123456789012:user/bob";
  const ResourceFacts facts = guide().FactsOf(call_, need);
  EXPECT_EQ(facts.tags.at("team"), "red");
  EXPECT_EQ(facts.context.Find("iam:ResourceTag/team")->front(), "red");
}

TEST_F(IamAccessGuideTest, PoliciesOfAwsAreEverybodysOwn) {
  call_.caller.account = AccountId("123456789012");
  AccessNeed need{.action = "iam:GetPolicy"};
  need.resource = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  EXPECT_EQ(guide().FactsOf(call_, need).owner, AccountId("123456789012"));
}

TEST_F(IamAccessGuideTest, AServicesOwnRoleHasTheServicesNameInItsArn) {
  EXPECT_EQ(NeedsOfCall("CreateServiceLinkedRole", {{"AWSServiceName", "autoscaling.amazonaws.com"}})[0].resource,
            "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling");
}

}  // namespace
}  // namespace stratolite::iam
