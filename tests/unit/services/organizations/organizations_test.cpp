#include "organizations/organizations.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/ports/registry.hpp"
#include "support/service_harness.hpp"

namespace stratolite::organizations {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDenyQueues =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"sqs:*","Resource":"*"}})";

class OrganizationsTest : public ::testing::Test {
 protected:
  AwsError Error(std::string_view operation, Json input = Json::object()) {
    auto outcome = org_.Call(operation, std::move(input));
    if (!outcome.ok()) return outcome.error();
    ADD_FAILURE() << operation << " succeeded";
    return {};
  }
  Json Create() { return org_.MustCall("CreateOrganization")["Organization"]; }
  std::string Root() { return org_.MustCall("ListRoots")["Roots"][0]["Id"]; }
  std::string Unit(const std::string& parent, const std::string& name) {
    return org_.MustCall("CreateOrganizationalUnit",
                         {{"ParentId", parent}, {"Name", name}})["OrganizationalUnit"]["Id"];
  }
  std::string MakeAccount(const std::string& name) {
    const Json status = org_.MustCall("CreateAccount", {{"Email", name + "@example.com"}, {"AccountName", name}});
    org_.Advance(5s);
    return org_.MustCall(
        "DescribeCreateAccountStatus",
        {{"CreateAccountRequestId", status["CreateAccountStatus"]["Id"]}})["CreateAccountStatus"]["AccountId"];
  }
  void Enable(const std::string& type = "SERVICE_CONTROL_POLICY") {
    org_.MustCall("EnablePolicyType", {{"RootId", Root()}, {"PolicyType", type}});
  }
  std::string MakePolicy(const std::string& name = "no-queues", const std::string& content = kDenyQueues) {
    return org_.MustCall("CreatePolicy", {{"Name", name},
                                          {"Description", "d"},
                                          {"Type", "SERVICE_CONTROL_POLICY"},
                                          {"Content", content}})["Policy"]["PolicySummary"]["Id"];
  }
  std::vector<std::string> PoliciesOf(const std::string& target) {
    std::vector<std::string> ids;
    const Json answer =
        org_.MustCall("ListPoliciesForTarget", {{"TargetId", target}, {"Filter", "SERVICE_CONTROL_POLICY"}});
    for (const Json& policy : answer["Policies"]) ids.push_back(policy["Id"]);
    return ids;
  }
  std::shared_ptr<const ports::OrganizationDirectory::Membership> Membership(const std::string& account) {
    org_.world().FindService("organizations");
    return org_.world().deps().ports.Find<ports::OrganizationDirectory>()->Find(AccountId(account));
  }
  void Be(const std::string& account) { org_.scope.account = AccountId(account); }

  stratolite::testing::ServiceHarness org_{kDescriptor};
};

TEST_F(OrganizationsTest, AnOrganizationBeginsWithItsManagementAccountBelowARoot) {
  EXPECT_EQ(Error("DescribeOrganization").code, "AWSOrganizationsNotInUseException");
  const Json created = Create();
  EXPECT_TRUE(created["Id"].get<std::string>().starts_with("o-"));
  EXPECT_EQ(created["Arn"], "arn:aws:organizations::123456789012:organization/" + created["Id"].get<std::string>());
  EXPECT_EQ(created["FeatureSet"], "ALL");
  EXPECT_EQ(created["MasterAccountId"], "123456789012");
  EXPECT_EQ(org_.MustCall("DescribeOrganization")["Organization"], created);
  const Json root = org_.MustCall("ListRoots")["Roots"][0];
  EXPECT_EQ(root["Name"], "Root");
  EXPECT_TRUE(root["PolicyTypes"].empty());
  const Json accounts = org_.MustCall("ListAccounts")["Accounts"];
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0]["Id"], "123456789012");
  EXPECT_EQ(accounts[0]["Status"], "ACTIVE");
  EXPECT_EQ(Error("CreateOrganization").code, "AlreadyInOrganizationException");
}

TEST_F(OrganizationsTest, AnAccountIsMadeSomeMomentsLater) {
  Create();
  const Json input = {{"Email", "dev@example.com"}, {"AccountName", "dev"}};
  const Json status = org_.MustCall("CreateAccount", input)["CreateAccountStatus"];
  EXPECT_EQ(status["State"], "IN_PROGRESS");
  EXPECT_FALSE(status.contains("AccountId"));
  org_.Advance(5s);
  const Json id = {{"CreateAccountRequestId", status["Id"]}};
  const Json done = org_.MustCall("DescribeCreateAccountStatus", id)["CreateAccountStatus"];
  EXPECT_EQ(done["State"], "SUCCEEDED");
  const Json account = org_.MustCall("DescribeAccount", {{"AccountId", done["AccountId"]}})["Account"];
  EXPECT_EQ(account["Name"], "dev");
  EXPECT_EQ(account["JoinedMethod"], "CREATED");
  const Json again = org_.MustCall("CreateAccount", input)["CreateAccountStatus"];
  org_.Advance(5s);
  const Json failed = org_.MustCall("ListCreateAccountStatus", {{"States", {"FAILED"}}})["CreateAccountStatuses"];
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0]["Id"], again["Id"]);
  EXPECT_EQ(failed[0]["FailureReason"], "EMAIL_ALREADY_EXISTS");
  EXPECT_EQ(Error("DeleteOrganization").code, "OrganizationNotEmptyException");
}

TEST_F(OrganizationsTest, UnitsFormATreeFiveLevelsDeep) {
  Create();
  const std::string root = Root();
  std::string parent = root;
  for (int i = 0; i < 5; ++i) parent = Unit(parent, "level");
  EXPECT_EQ(Error("CreateOrganizationalUnit", {{"ParentId", parent}, {"Name", "level"}}).code,
            "ConstraintViolationException");
  EXPECT_EQ(Error("CreateOrganizationalUnit", {{"ParentId", root}, {"Name", "level"}}).code,
            "DuplicateOrganizationalUnitException");
  EXPECT_EQ(Error("CreateOrganizationalUnit", {{"ParentId", "r-none"}, {"Name", "x"}}).code, "ParentNotFoundException");
  EXPECT_EQ(Error("CreateOrganizationalUnit", {{"ParentId", "nonsense"}, {"Name", "x"}}).message,
            "You provided a value that does not match the required pattern.");
  const Json top = org_.MustCall("ListOrganizationalUnitsForParent", {{"ParentId", root}})["OrganizationalUnits"];
  ASSERT_EQ(top.size(), 1U);
  EXPECT_EQ(Error("DeleteOrganizationalUnit", {{"OrganizationalUnitId", top[0]["Id"]}}).code,
            "OrganizationalUnitNotEmptyException");
  org_.MustCall("DeleteOrganizationalUnit", {{"OrganizationalUnitId", parent}});
  EXPECT_EQ(Error("DescribeOrganizationalUnit", {{"OrganizationalUnitId", parent}}).code,
            "OrganizationalUnitNotFoundException");
  EXPECT_EQ(org_.MustCall("ListParents", {{"ChildId", top[0]["Id"]}})["Parents"],
            (Json{{{"Id", root}, {"Type", "ROOT"}}}));
  EXPECT_EQ(org_.MustCall("UpdateOrganizationalUnit",
                          {{"OrganizationalUnitId", top[0]["Id"]}, {"Name", "new"}})["OrganizationalUnit"]["Name"],
            "new");
}

TEST_F(OrganizationsTest, AccountsMoveBetweenUnits) {
  Create();
  const std::string root = Root();
  const std::string unit = Unit(root, "dev");
  const std::string account = MakeAccount("dev");
  const Json move = {{"AccountId", account}, {"SourceParentId", root}, {"DestinationParentId", unit}};
  org_.MustCall("MoveAccount", move);
  EXPECT_EQ(Error("MoveAccount", move).code, "DuplicateAccountException");
  EXPECT_EQ(org_.MustCall("ListChildren", {{"ParentId", unit}, {"ChildType", "ACCOUNT"}})["Children"],
            (Json{{{"Id", account}, {"Type", "ACCOUNT"}}}));
  EXPECT_EQ(org_.MustCall("ListAccountsForParent", {{"ParentId", unit}})["Accounts"][0]["Id"], account);
  EXPECT_EQ(Membership(account)->path.substr(0, 2), "o-");
  EXPECT_TRUE(Membership(account)->path.ends_with(root + "/" + unit + "/"));
}

TEST_F(OrganizationsTest, OnlyTheManagementAccountAdministersAndMembersMayLook) {
  Create();
  const std::string account = MakeAccount("dev");
  Be(account);
  EXPECT_EQ(org_.MustCall("DescribeOrganization")["Organization"]["MasterAccountId"], "123456789012");
  EXPECT_EQ(Error("ListAccounts").code, "AccessDeniedException");
  EXPECT_EQ(Error("CreateOrganization").code, "AlreadyInOrganizationException");
  org_.MustCall("LeaveOrganization");
  EXPECT_EQ(Error("DescribeOrganization").code, "AWSOrganizationsNotInUseException");
}

TEST_F(OrganizationsTest, EnablingATypeOfPoliciesForbidsNothing) {
  Create();
  const std::string before = MakeAccount("before");
  const std::string id = MakePolicy();
  EXPECT_EQ(Error("AttachPolicy", {{"PolicyId", id}, {"TargetId", before}}).code, "PolicyTypeNotEnabledException");
  Enable();
  EXPECT_EQ(Error("EnablePolicyType", {{"RootId", Root()}, {"PolicyType", "SERVICE_CONTROL_POLICY"}}).code,
            "PolicyTypeAlreadyEnabledException");
  const std::string after = MakeAccount("after");
  for (const std::string& target : {Root(), before, after, Unit(Root(), "dev")})
    EXPECT_EQ(PoliciesOf(target), std::vector<std::string>{"p-FullAWSAccess"}) << target;
  EXPECT_EQ(Error("DetachPolicy", {{"PolicyId", "p-FullAWSAccess"}, {"TargetId", after}}).code,
            "ConstraintViolationException");
  org_.MustCall("DisablePolicyType", {{"RootId", Root()}, {"PolicyType", "SERVICE_CONTROL_POLICY"}});
  EXPECT_TRUE(PoliciesOf(before).empty());
}

TEST_F(OrganizationsTest, PoliciesAreKeptAttachedAndRemoved) {
  Create();
  Enable();
  const std::string id = MakePolicy();
  EXPECT_EQ(
      Error("CreatePolicy",
            {{"Name", "no-queues"}, {"Description", ""}, {"Type", "SERVICE_CONTROL_POLICY"}, {"Content", kDenyQueues}})
          .code,
      "DuplicatePolicyException");
  EXPECT_EQ(Error("CreatePolicy", {{"Name", "tags"}, {"Description", ""}, {"Type", "TAG_POLICY"}, {"Content", "{}"}})
                .http_status,
            501);
  const Json attach = {{"PolicyId", id}, {"TargetId", Root()}};
  org_.MustCall("AttachPolicy", attach);
  EXPECT_EQ(Error("AttachPolicy", attach).code, "DuplicatePolicyAttachmentException");
  EXPECT_EQ(Error("DeletePolicy", {{"PolicyId", id}}).code, "PolicyInUseException");
  const Json targets = org_.MustCall("ListTargetsForPolicy", {{"PolicyId", id}})["Targets"];
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets[0]["Type"], "ROOT");
  EXPECT_EQ(org_.MustCall("UpdatePolicy", {{"PolicyId", id}, {"Name", "none"}})["Policy"]["PolicySummary"]["Name"],
            "none");
  org_.MustCall("DetachPolicy", attach);
  EXPECT_EQ(Error("DetachPolicy", attach).code, "PolicyNotAttachedException");
  org_.MustCall("DeletePolicy", {{"PolicyId", id}});
  EXPECT_EQ(Error("DescribePolicy", {{"PolicyId", id}}).code, "PolicyNotFoundException");
  EXPECT_EQ(Error("DeletePolicy", {{"PolicyId", "p-FullAWSAccess"}}).code, "InvalidInputException");
  EXPECT_EQ(org_.MustCall("ListPolicies", {{"Filter", "SERVICE_CONTROL_POLICY"}})["Policies"].size(), 1U);
}

TEST_F(OrganizationsTest, TheDirectoryFollowsEveryChange) {
  EXPECT_TRUE(Membership("123456789012")->organization_id.empty());
  const Json organization = Create();
  const std::string account = MakeAccount("dev");
  EXPECT_EQ(Membership(account)->organization_id, organization["Id"]);
  EXPECT_TRUE(Membership(account)->service_control.empty());
  Enable();
  ASSERT_EQ(Membership(account)->service_control.size(), 2U);
  const std::string unit = Unit(Root(), "dev");
  org_.MustCall("MoveAccount", {{"AccountId", account}, {"SourceParentId", Root()}, {"DestinationParentId", unit}});
  org_.MustCall("AttachPolicy", {{"PolicyId", MakePolicy()}, {"TargetId", unit}});
  const auto membership = Membership(account);
  ASSERT_EQ(membership->service_control.size(), 3U);
  EXPECT_EQ(membership->service_control[0].size(), 1U);
  EXPECT_EQ(membership->service_control[1].size(), 2U);
  EXPECT_EQ(membership->service_control[0][0].name,
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess");
  EXPECT_TRUE(Membership("123456789012")->is_management_account);
  EXPECT_TRUE(Membership("123456789012")->service_control.empty());
  EXPECT_TRUE(Membership("999999999999")->organization_id.empty());
  org_.world().Reset();
  EXPECT_TRUE(Membership(account)->organization_id.empty());
}

TEST_F(OrganizationsTest, ResourceControlPoliciesHaveADefaultThatCannotBeDetached) {
  Create();
  Enable("RESOURCE_CONTROL_POLICY");
  const std::string account = MakeAccount("dev");
  EXPECT_EQ(Membership(account)->resource_control.size(), 2U);
  EXPECT_EQ(Error("DetachPolicy", {{"PolicyId", "p-RCPFullAWSAccess"}, {"TargetId", account}}).code,
            "InvalidInputException");
}

TEST_F(OrganizationsTest, AnExistingAccountJoinsByInvitation) {
  Create();
  const Json input = {{"Target", {{"Id", "210987654321"}, {"Type", "ACCOUNT"}}}, {"Notes", "come"}};
  const Json handshake = org_.MustCall("InviteAccountToOrganization", input)["Handshake"];
  EXPECT_EQ(handshake["State"], "OPEN");
  EXPECT_EQ(Error("InviteAccountToOrganization", input).code, "DuplicateHandshakeException");
  Be("210987654321");
  EXPECT_EQ(org_.MustCall("ListHandshakesForAccount")["Handshakes"][0]["Id"], handshake["Id"]);
  EXPECT_EQ(org_.MustCall("AcceptHandshake", {{"HandshakeId", handshake["Id"]}})["Handshake"]["State"], "ACCEPTED");
  EXPECT_EQ(Error("AcceptHandshake", {{"HandshakeId", handshake["Id"]}}).code, "InvalidHandshakeTransitionException");
  Be("123456789012");
  EXPECT_EQ(org_.MustCall("DescribeAccount", {{"AccountId", "210987654321"}})["Account"]["JoinedMethod"], "INVITED");
  EXPECT_EQ(Error("RemoveAccountFromOrganization", {{"AccountId", "123456789012"}}).code,
            "MasterCannotLeaveOrganizationException");
  org_.MustCall("RemoveAccountFromOrganization", {{"AccountId", "210987654321"}});
  const Json again = org_.MustCall("InviteAccountToOrganization", input)["Handshake"];
  org_.Advance(15 * 24h);
  EXPECT_EQ(org_.MustCall("DescribeHandshake", {{"HandshakeId", again["Id"]}})["Handshake"]["State"], "EXPIRED");
}

TEST_F(OrganizationsTest, AClosedAccountStaysInTheTree) {
  Create();
  const std::string account = MakeAccount("dev");
  org_.MustCall("CloseAccount", {{"AccountId", account}});
  EXPECT_EQ(org_.MustCall("DescribeAccount", {{"AccountId", account}})["Account"]["Status"], "SUSPENDED");
  EXPECT_EQ(Error("CloseAccount", {{"AccountId", account}}).code, "AccountAlreadyClosedException");
  EXPECT_EQ(Error("CloseAccount", {{"AccountId", "123456789012"}}).code, "ConstraintViolationException");
}

TEST_F(OrganizationsTest, EverythingInTheTreeHasTags) {
  Create();
  for (const std::string& id : {Root(), Unit(Root(), "dev"), std::string("123456789012"), MakePolicy()}) {
    org_.MustCall("TagResource", {{"ResourceId", id}, {"Tags", {{{"Key", "a"}, {"Value", "1"}}}}});
    EXPECT_EQ(org_.MustCall("ListTagsForResource", {{"ResourceId", id}})["Tags"],
              (Json{{{"Key", "a"}, {"Value", "1"}}}));
    org_.MustCall("UntagResource", {{"ResourceId", id}, {"TagKeys", {"a"}}});
    EXPECT_TRUE(org_.MustCall("ListTagsForResource", {{"ResourceId", id}})["Tags"].empty());
  }
  EXPECT_EQ(Error("ListTagsForResource", {{"ResourceId", "p-aaaaaaaa"}}).code, "TargetNotFoundException");
}

TEST_F(OrganizationsTest, ListsComeInPages) {
  Create();
  for (int i = 0; i < 5; ++i) Unit(Root(), "unit-" + std::to_string(i));
  Json input = {{"ParentId", Root()}, {"MaxResults", 2}};
  std::size_t seen = 0;
  for (int page = 0; page < 3; ++page) {
    const Json answer = org_.MustCall("ListOrganizationalUnitsForParent", input);
    seen += answer["OrganizationalUnits"].size();
    EXPECT_EQ(answer.contains("NextToken"), page < 2);
    if (page < 2) input["NextToken"] = answer["NextToken"];
  }
  EXPECT_EQ(seen, 5U);
  EXPECT_EQ(Error("ListAccounts", {{"NextToken", "made up"}}).code, "InvalidInputException");
}

}  // namespace
}  // namespace stratolite::organizations
