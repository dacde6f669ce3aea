#include "iam/identity_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "iam/iam.hpp"
#include "stratolite/ports/registry.hpp"
#include "support/service_harness.hpp"

namespace stratolite::iam {
namespace {

std::string AllowingDocument(std::string_view action, const Json& more = Json::object()) {
  Json statement = {{"Effect", "Allow"}, {"Action", action}, {"Resource", "*"}};
  statement.update(more);
  return Json{{"Version", "2012-10-17"}, {"Statement", Json::array({statement})}}.dump();
}

class IdentityDirectoryTest : public ::testing::Test {
 protected:
  IdentityDirectoryTest() { alice_.arn = iam_.MustCall("CreateUser", {{"UserName", "alice"}})["User"]["Arn"]; }

  std::shared_ptr<const ports::IdentityDirectory::Identity> Find() { return directory().Find(alice_); }
  ports::IdentityDirectory& directory() { return *iam_.world().deps().ports.Find<ports::IdentityDirectory>(); }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const auto& policy : Find()->policies) names.push_back(policy.name);
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string MakeManaged(const std::string& name, const std::string& document) {
    return iam_.MustCall("CreatePolicy", {{"PolicyName", name}, {"PolicyDocument", document}})["Policy"]["Arn"];
  }

  testing::ServiceHarness iam_{kDescriptor};
  auth::Principal alice_{.type = auth::PrincipalType::kUser, .account = iam_.scope.account};
};

TEST_F(IdentityDirectoryTest, NobodyHasNothing) {
  auth::Principal stranger = alice_;
  stranger.arn += "-not";
  EXPECT_FALSE(directory().Find(stranger)->exists);
  EXPECT_TRUE(Find()->exists);
  EXPECT_EQ(Find()->user_name, "alice");
  EXPECT_TRUE(Find()->policies.empty());
}

TEST_F(IdentityDirectoryTest, AUserHasItsOwnPoliciesAndThoseOfItsGroups) {
  const std::string managed = MakeManaged("m", AllowingDocument("sqs:*"));
  iam_.MustCall("PutUserPolicy",
                {{"UserName", "alice"}, {"PolicyName", "own"}, {"PolicyDocument", AllowingDocument("s3:*")}});
  iam_.MustCall("CreateGroup", {{"GroupName", "g"}});
  iam_.MustCall("AddUserToGroup", {{"GroupName", "g"}, {"UserName", "alice"}});
  iam_.MustCall("PutGroupPolicy",
                {{"GroupName", "g"}, {"PolicyName", "shared"}, {"PolicyDocument", AllowingDocument("sns:*")}});
  iam_.MustCall("AttachGroupPolicy", {{"GroupName", "g"}, {"PolicyArn", managed}});
  EXPECT_EQ(Names(), (std::vector<std::string>{managed, "own", "shared"}));
  iam_.MustCall("RemoveUserFromGroup", {{"GroupName", "g"}, {"UserName", "alice"}});
  EXPECT_EQ(Names(), (std::vector<std::string>{"own"}));
}

TEST_F(IdentityDirectoryTest, AnswersAreRememberedUntilSomethingChanges) {
  const auto first = Find();
  EXPECT_EQ(Find(), first);
  iam_.MustCall("TagUser", {{"UserName", "alice"}, {"Tags", {{{"Key", "team"}, {"Value", "blue"}}}}});
  EXPECT_NE(Find(), first);
  EXPECT_EQ(Find()->tags.at("team"), "blue");
}

TEST_F(IdentityDirectoryTest, KeysThatConditionsLookAtAreKnown) {
  EXPECT_TRUE(Find()->context_keys.empty());
  const Json when = {{"Condition", {{"StringEquals", {{"aws:RequestedRegion", "${aws:PrincipalTag/home}"}}}}}};
  iam_.MustCall("PutUserPolicy",
                {{"UserName", "alice"}, {"PolicyName", "own"}, {"PolicyDocument", AllowingDocument("s3:*", when)}});
  std::vector<std::string> keys = Find()->context_keys;
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(keys, (std::vector<std::string>{"aws:PrincipalTag/home", "aws:RequestedRegion"}));
}

TEST_F(IdentityDirectoryTest, ABoundaryFollowsItsPolicysDefaultVersion) {
  const std::string managed = MakeManaged("b", AllowingDocument("sqs:*"));
  iam_.MustCall("PutUserPermissionsBoundary", {{"UserName", "alice"}, {"PermissionsBoundary", managed}});
  const auto before = Find();
  ASSERT_TRUE(before->boundary.has_value());
  EXPECT_EQ(before->boundary->name, managed);
  iam_.MustCall("CreatePolicyVersion",
                {{"PolicyArn", managed}, {"PolicyDocument", AllowingDocument("s3:*")}, {"SetAsDefault", true}});
  EXPECT_NE(Find()->boundary->policy, before->boundary->policy);
}

TEST_F(IdentityDirectoryTest, ASessionHasItsRolesPolicies) {
  const Json trust = {{"Effect", "Allow"}, {"Principal", {{"AWS", "123456789012"}}}, {"Action", "sts:AssumeRole"}};
  const std::string role =
      iam_.MustCall("CreateRole",
                    {{"RoleName", "r"},
                     {"AssumeRolePolicyDocument", Json{{"Version", "2012-10-17"}, {"Statement", trust}}.dump()}})
          .at("Role")
          .at("Arn");
  iam_.MustCall("PutRolePolicy",
                {{"RoleName", "r"}, {"PolicyName", "p"}, {"PolicyDocument", AllowingDocument("sqs:*")}});
  auth::Principal session;
  session.type = auth::PrincipalType::kAssumedRole;
  session.arn = "arn:aws:sts::123456789012:assumed-role/r/s";
  session.issuer_arn = role;
  EXPECT_EQ(directory().Find(session)->policies.size(), 1U);
  EXPECT_TRUE(directory().Find(session)->user_name.empty());
}

}  // namespace
}  // namespace stratolite::iam
