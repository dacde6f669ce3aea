#include "iam/authorization_details.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

class DetailsTest : public UsersAndGroups {
 protected:
  DetailsTest() {
    own_ = MakePolicy("mine");
    MakeUser("alice", {{"Tags", {Tag("k", "v")}}});
    MakeUser("bob");
    MakeGroup("g");
    MakeRole("r", {{"PermissionsBoundary", own_}});
    Join("alice", "g");
    iam_.MustCall("PutUserPolicy", {{"UserName", "alice"}, {"PolicyName", "in"}, {"PolicyDocument", kReadThings}});
    iam_.MustCall("AttachGroupPolicy", {{"GroupName", "g"}, {"PolicyArn", aws_}});
    iam_.MustCall("CreateInstanceProfile", {{"InstanceProfileName", "i"}});
    iam_.MustCall("AddRoleToInstanceProfile", {{"InstanceProfileName", "i"}, {"RoleName", "r"}});
  }
  Json Details(Json input = Json::object()) {
    return iam_.MustCall("GetAccountAuthorizationDetails", std::move(input));
  }

  std::string own_;
  const std::string aws_ = "arn:aws:iam::aws:policy/ReadOnlyAccess";
};

TEST_F(DetailsTest, EverybodyIsThereWithWhatTheyHave) {
  const Json all = Details();
  EXPECT_EQ(all["IsTruncated"], false);
  const Json alice = all["UserDetailList"][0];
  EXPECT_EQ(alice["GroupList"], Json({"g"}));
  EXPECT_EQ(PercentDecode(alice["UserPolicyList"][0].value("PolicyDocument", "")), kReadThings);
  EXPECT_EQ(alice["Tags"], Json::array({Tag("k", "v")}));
  const Json bob = all["UserDetailList"][1];
  EXPECT_FALSE(bob.contains("UserPolicyList"));
  EXPECT_EQ(bob["Tags"], Json::array());
  EXPECT_EQ(bob["AttachedManagedPolicies"], Json::array());
  const Json group = all["GroupDetailList"][0];
  EXPECT_EQ(group["GroupPolicyList"], Json::array());
  EXPECT_EQ(group["AttachedManagedPolicies"][0]["PolicyArn"], aws_);
  const Json role = all["RoleDetailList"][0];
  EXPECT_EQ(role["InstanceProfileList"][0]["Roles"][0]["RoleName"], "r");
  EXPECT_EQ(role["PermissionsBoundary"]["PermissionsBoundaryArn"], own_);
  EXPECT_EQ(role["RoleLastUsed"], Json::object());
  EXPECT_EQ(Each(all["Policies"], "Arn"), Json({own_, aws_}));
  EXPECT_EQ(all["Policies"][0]["PermissionsBoundaryUsageCount"], 1);
  EXPECT_EQ(all["Policies"][1]["AttachmentCount"], 1);
  EXPECT_EQ(PercentDecode(all["Policies"][0]["PolicyVersionList"][0].value("Document", "")), kReadThings);
}

TEST_F(DetailsTest, FiltersLeaveOthersEmpty) {
  const Json roles = Details({{"Filter", {"Role", "LocalManagedPolicy"}}});
  EXPECT_EQ(roles["UserDetailList"], Json::array());
  EXPECT_EQ(roles["GroupDetailList"], Json::array());
  EXPECT_EQ(roles["RoleDetailList"].size(), 1U);
  EXPECT_EQ(Each(roles["Policies"], "Arn"), Json({own_}));
  EXPECT_EQ(Each(Details({{"Filter", {"AWSManagedPolicy"}}})["Policies"], "Arn"), Json({aws_}));
}

TEST_F(DetailsTest, PagesGoThroughAllKindsAndLeaveNothingOut) {
  Json arns = Json::array();
  Json input = {{"MaxItems", 1}};
  int pages = 0;
  while (true) {
    const Json page = Details(input);
    ++pages;
    std::size_t found = 0;
    for (const char* list : {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}) {
      found += page[list].size();
      for (const Json& entity : page[list]) arns.push_back(entity["Arn"]);
    }
    EXPECT_EQ(found, 1U);
    if (!page["IsTruncated"].get<bool>()) break;
    input["Marker"] = page["Marker"];
  }
  EXPECT_EQ(pages, 6);
  EXPECT_EQ(arns, Json({"arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:user/bob",
                        "arn:aws:iam::123456789012:group/g", "arn:aws:iam::123456789012:role/r", own_, aws_}));
}

}  // namespace
}  // namespace stratolite::iam
