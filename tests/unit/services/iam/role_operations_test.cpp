#include "iam/role_operations.hpp"

#include "unit/services/iam/iam_fixture.hpp"

namespace stratolite::iam {
namespace {

class RolesTest : public RolesAndPolicies {};

TEST_F(RolesTest, ANewRoleShowsItsLongestSessionOnlyWhenItIsAskedFor) {
  const Json made = MakeRole("r", {{"Path", "/team/"}, {"Tags", {{{"Key", "k"}, {"Value", "v"}}}}});
  EXPECT_EQ(made["Arn"], "arn:aws:iam::123456789012:role/team/r");
  EXPECT_FALSE(made.contains("MaxSessionDuration"));
  EXPECT_FALSE(made.contains("RoleLastUsed"));
  const Json role = GetRole("R");
  EXPECT_EQ(role["MaxSessionDuration"], 3600);
  EXPECT_EQ(role["RoleLastUsed"], Json::object());
  EXPECT_EQ(role["Tags"].size(), 1U);
  EXPECT_EQ(PercentDecode(role.value("AssumeRolePolicyDocument", "")), kTrustEc2);
  EXPECT_TRUE(role.value("RoleId", "").starts_with("AROA"));
  const Json listed = iam_.MustCall("ListRoles", {{"PathPrefix", "/team"}})["Roles"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_FALSE(listed[0].contains("Tags"));
  EXPECT_EQ(listed[0]["MaxSessionDuration"], 3600);
}

TEST_F(RolesTest, ARoleIsUpdated) {
  MakeRole("r", {{"Description", "old"}, {"MaxSessionDuration", 7200}});
  iam_.MustCall("UpdateRole", {{"RoleName", "r"}, {"Description", "new"}});
  EXPECT_EQ(GetRole("r")["MaxSessionDuration"], 7200);
  EXPECT_EQ(GetRole("r")["Description"], "new");
  EXPECT_EQ(
      iam_.MustCall("UpdateRoleDescription", {{"RoleName", "r"}, {"Description", "newer"}})["Role"]["Description"],
      "newer");
  constexpr std::string_view kOther =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]})";
  iam_.MustCall("UpdateAssumeRolePolicy", {{"RoleName", "r"}, {"PolicyDocument", kOther}});
  EXPECT_EQ(PercentDecode(GetRole("r").value("AssumeRolePolicyDocument", "")), kOther);
}

TEST_F(RolesTest, NamesAreTakenWhateverTheirCase) {
  MakeRole("Reader");
  EXPECT_EQ(Message("CreateRole", {{"RoleName", "reader"}, {"AssumeRolePolicyDocument", kTrustEc2}}),
            "Role with name reader already exists.");
  EXPECT_EQ(Message("GetRole", {{"RoleName", "writer"}}), "The role with name writer cannot be found.");
}

TEST_F(RolesTest, TrustPoliciesAreChecked) {
  EXPECT_EQ(iam_.ErrorCode("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", "{}"}}),
            "MalformedPolicyDocument");
  EXPECT_EQ(iam_.ErrorCode("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", kReadThings}}),
            "MalformedPolicyDocument");
  MakeRole("r");
  std::string large(kTrustEc2);
  large.insert(large.find("ec2"), std::string(2048, 'x'));
  EXPECT_EQ(Message("UpdateAssumeRolePolicy", {{"RoleName", "r"}, {"PolicyDocument", large}}),
            "Cannot exceed quota for ACLSizePerRole: 2048");
}

TEST_F(RolesTest, ARoleGoesOnceNothingHangsOnIt) {
  MakeRole("r");
  iam_.MustCall("CreateInstanceProfile", {{"InstanceProfileName", "p"}});
  iam_.MustCall("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "r"}});
  EXPECT_EQ(Message("DeleteRole", {{"RoleName", "r"}}),
            "Cannot delete entity, must remove roles from instance profile first.");
  iam_.MustCall("RemoveRoleFromInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "r"}});
  iam_.MustCall("PutRolePolicy", {{"RoleName", "r"}, {"PolicyName", "i"}, {"PolicyDocument", kReadThings}});
  EXPECT_EQ(Message("DeleteRole", {{"RoleName", "r"}}), "Cannot delete entity, must delete policies first.");
  iam_.MustCall("DeleteRolePolicy", {{"RoleName", "r"}, {"PolicyName", "i"}});
  iam_.MustCall("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", MakePolicy("m")}});
  EXPECT_EQ(Message("DeleteRole", {{"RoleName", "r"}}), "Cannot delete entity, must detach all policies first.");
  iam_.MustCall("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", PolicyArn("m")}});
  iam_.MustCall("DeleteRole", {{"RoleName", "r"}});
  EXPECT_EQ(iam_.ErrorCode("GetRole", {{"RoleName", "r"}}), "NoSuchEntity");
}

TEST_F(RolesTest, BoundariesArePoliciesThatAreThere) {
  MakeRole("r");
  const std::string arn = MakePolicy("b");
  iam_.MustCall("PutRolePermissionsBoundary", {{"RoleName", "r"}, {"PermissionsBoundary", arn}});
  EXPECT_EQ(GetRole("r")["PermissionsBoundary"]["PermissionsBoundaryArn"], arn);
  EXPECT_EQ(
      iam_.ErrorCode("PutRolePermissionsBoundary", {{"RoleName", "r"}, {"PermissionsBoundary", PolicyArn("nothing")}}),
      "NoSuchEntity");
  iam_.MustCall("DeleteRolePermissionsBoundary", {{"RoleName", "r"}});
  EXPECT_FALSE(GetRole("r").contains("PermissionsBoundary"));
}

TEST_F(RolesTest, AnInstanceProfileHoldsOneRole) {
  MakeRole("a");
  MakeRole("b");
  const Json made =
      iam_.MustCall("CreateInstanceProfile", {{"InstanceProfileName", "p"}, {"Path", "/x/"}})["InstanceProfile"];
  EXPECT_EQ(made["Roles"], Json::array());
  EXPECT_EQ(made["Arn"], "arn:aws:iam::123456789012:instance-profile/x/p");
  iam_.MustCall("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "a"}});
  EXPECT_EQ(Message("AddRoleToInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "b"}}),
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  const Json profile = iam_.MustCall("GetInstanceProfile", {{"InstanceProfileName", "p"}})["InstanceProfile"];
  ASSERT_EQ(profile["Roles"].size(), 1U);
  EXPECT_EQ(profile["Roles"][0]["RoleName"], "a");
  EXPECT_EQ(iam_.MustCall("ListInstanceProfilesForRole", {{"RoleName", "a"}})["InstanceProfiles"].size(), 1U);
  EXPECT_TRUE(iam_.MustCall("ListInstanceProfilesForRole", {{"RoleName", "b"}})["InstanceProfiles"].empty());
  EXPECT_EQ(iam_.MustCall("ListInstanceProfiles")["InstanceProfiles"].size(), 1U);
  EXPECT_EQ(iam_.ErrorCode("RemoveRoleFromInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "b"}}),
            "NoSuchEntity");
  EXPECT_EQ(iam_.ErrorCode("DeleteInstanceProfile", {{"InstanceProfileName", "p"}}), "DeleteConflict");
  iam_.MustCall("RemoveRoleFromInstanceProfile", {{"InstanceProfileName", "p"}, {"RoleName", "a"}});
  iam_.MustCall("DeleteInstanceProfile", {{"InstanceProfileName", "p"}});
  EXPECT_EQ(Message("GetInstanceProfile", {{"InstanceProfileName", "p"}}), "Instance Profile p cannot be found.");
}

}  // namespace
}  // namespace stratolite::iam
