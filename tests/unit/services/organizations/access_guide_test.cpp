#include <gtest/gtest.h>

#include "organizations/organizations.hpp"
#include "stratolite/service/access.hpp"
#include "support/service_harness.hpp"

namespace stratolite::organizations {
namespace {

class OrganizationAccessGuideTest : public ::testing::Test {
 protected:
  OrganizationAccessGuideTest() {
    id_ = organizations_.MustCall("CreateOrganization")["Organization"]["Id"];
    root_ = organizations_.MustCall("ListRoots")["Roots"][0]["Id"];
  }

  std::vector<std::string> NeedsAsText(std::string_view operation, Json input) {
    call_.operation = operation;
    call_.input = std::move(input);
    call_.scope = organizations_.scope;
    std::vector<AccessNeed> needs = NeedsOf("organizations", call_).value();
    guide().Refine(call_, needs);
    std::vector<std::string> texts;
    for (const AccessNeed& need : needs) texts.push_back(need.action + " " + need.resource);
    return texts;
  }
  AccessGuide& guide() { return *organizations_.world().FindService("organizations")->access_guide(); }
  std::string ArnIn(const std::string& kind, const std::string& rest) {
    return "arn:aws:organizations::123456789012:" + kind + "/" + id_ + "/" + rest;
  }

  testing::ServiceHarness organizations_{kDescriptor};
  Call call_;
  std::string id_;
  std::string root_;
};

using NeedTexts = std::vector<std::string>;

TEST_F(OrganizationAccessGuideTest, IdsMeanArnsInTheCallersOrganization) {
  EXPECT_EQ(NeedsAsText("DescribeAccount", {{"AccountId", "123456789012"}}),
            NeedTexts{"organizations:DescribeAccount " + ArnIn("account", "123456789012")});
  EXPECT_EQ(NeedsAsText("ListAccountsForParent", {{"ParentId", root_}}),
            NeedTexts{"organizations:ListAccountsForParent " + ArnIn("root", root_)});
}

TEST_F(OrganizationAccessGuideTest, EverythingThatAnOperationNamesIsDecidedOn) {
  EXPECT_EQ(
      NeedsAsText("AttachPolicy", {{"PolicyId", "p-FullAWSAccess"}, {"TargetId", root_}}),
      (NeedTexts{"organizations:AttachPolicy arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
                 "organizations:AttachPolicy " + ArnIn("root", root_)}));
  Json tags = Json::array();
  tags.push_back({{"Key", "a"}, {"Value", "b"}});
  EXPECT_EQ(NeedsAsText("CreateOrganizationalUnit", {{"ParentId", root_}, {"Name", "n"}, {"Tags", tags}}),
            (NeedTexts{"organizations:CreateOrganizationalUnit " + ArnIn("root", root_),
                       "organizations:TagResource " + ArnIn("root", root_)}));
}

TEST_F(OrganizationAccessGuideTest, AllOfItCountsAsTheCallersOwn) {
  call_.caller.account = AccountId("123456789012");
  AccessNeed need{.action = "organizations:DescribePolicy"};
  need.resource = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess";
  EXPECT_EQ(guide().FactsOf(call_, need).owner, AccountId("123456789012"));
}

}  // namespace
}  // namespace stratolite::organizations
