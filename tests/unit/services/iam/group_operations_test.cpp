#include "iam/group_operations.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

class GroupsTest : public UsersAndGroups {};

TEST_F(GroupsTest, AGroupShowsItsUsersByPage) {
  const Json group = MakeGroup("admins", {{"Path", "/x/"}});
  EXPECT_EQ(group["Arn"], "arn:aws:iam::123456789012:group/x/admins");
  EXPECT_TRUE(group.value("GroupId", "").starts_with("AGPA"));
  for (const char* name : {"carol", "bob", "alice"}) {
    MakeUser(name);
    Join(name, "admins");
  }
  Join("bob", "admins");
  const Json first = iam_.MustCall("GetGroup", {{"GroupName", "admins"}, {"MaxItems", 2}});
  EXPECT_EQ(first["Group"], group);
  EXPECT_EQ(Each(first["Users"], "UserName"), Json({"alice", "bob"}));
  const Json second =
      iam_.MustCall("GetGroup", {{"GroupName", "admins"}, {"MaxItems", 2}, {"Marker", first["Marker"]}});
  EXPECT_EQ(Each(second["Users"], "UserName"), Json({"carol"}));
  EXPECT_EQ(second["IsTruncated"], false);
}

TEST_F(GroupsTest, AUserIsInTenGroupsAtMost) {
  MakeUser("alice");
  for (int i = 0; i < 11; ++i) MakeGroup("g" + std::to_string(i));
  for (int i = 0; i < 10; ++i) Join("alice", "g" + std::to_string(i));
  EXPECT_EQ(Refusal("AddUserToGroup", {{"UserName", "alice"}, {"GroupName", "g10"}}),
            "LimitExceeded: Cannot exceed quota for GroupsPerUser: 10");
  Join("alice", "g3");
  EXPECT_EQ(iam_.MustCall("ListGroupsForUser", {{"UserName", "alice"}})["Groups"].size(), 10U);
}

TEST_F(GroupsTest, AnAccountHasThreeHundredGroupsAtMost) {
  for (int i = 0; i < 300; ++i) MakeGroup("g" + std::to_string(i));
  EXPECT_EQ(Refusal("CreateGroup", {{"GroupName", "one-more"}}),
            "LimitExceeded: Cannot exceed quota for GroupsPerAccount: 300");
  iam_.MustCall("DeleteGroup", {{"GroupName", "g7"}});
  MakeGroup("one-more");
}

TEST_F(GroupsTest, MembershipNeedsBoth) {
  MakeUser("alice");
  MakeGroup("g");
  EXPECT_EQ(Refusal("AddUserToGroup", {{"UserName", "alice"}, {"GroupName", "none"}}),
            "NoSuchEntity: The group with name none cannot be found.");
  EXPECT_EQ(Refusal("AddUserToGroup", {{"UserName", "none"}, {"GroupName", "g"}}),
            "NoSuchEntity: The user with name none cannot be found.");
}

TEST_F(GroupsTest, AGroupGoesOnlyWhenItIsEmptyAndBare) {
  const std::string policy = MakePolicy("p");
  MakeGroup("g");
  MakeUser("alice");
  Join("alice", "g");
  iam_.MustCall("AttachGroupPolicy", {{"GroupName", "g"}, {"PolicyArn", policy}});
  iam_.MustCall("PutGroupPolicy", {{"GroupName", "g"}, {"PolicyName", "p"}, {"PolicyDocument", kReadThings}});
  const auto refusal = [&] { return Refusal("DeleteGroup", {{"GroupName", "g"}}); };
  EXPECT_EQ(refusal(), "DeleteConflict: Cannot delete entity, must remove users from group first.");
  iam_.MustCall("RemoveUserFromGroup", {{"UserName", "alice"}, {"GroupName", "g"}});
  EXPECT_EQ(refusal(), "DeleteConflict: Cannot delete entity, must detach all policies first.");
  iam_.MustCall("DetachGroupPolicy", {{"GroupName", "g"}, {"PolicyArn", policy}});
  EXPECT_EQ(refusal(), "DeleteConflict: Cannot delete entity, must delete policies first.");
  iam_.MustCall("DeleteGroupPolicy", {{"GroupName", "g"}, {"PolicyName", "p"}});
  iam_.MustCall("DeleteGroup", {{"GroupName", "g"}});
  EXPECT_EQ(iam_.MustCall("ListGroups")["Groups"], Json::array());
}

TEST_F(GroupsTest, AGroupIsRenamedWithItsMembers) {
  MakeGroup("g");
  MakeGroup("h");
  MakeUser("alice");
  Join("alice", "g");
  EXPECT_EQ(Refusal("UpdateGroup", {{"GroupName", "g"}, {"NewGroupName", "H"}}),
            "EntityAlreadyExists: Group with name H already exists.");
  iam_.MustCall("UpdateGroup", {{"GroupName", "g"}, {"NewGroupName", "i"}, {"NewPath", "/x/"}});
  const Json groups = iam_.MustCall("ListGroupsForUser", {{"UserName", "alice"}})["Groups"];
  EXPECT_EQ(Each(groups, "Arn"), Json({"arn:aws:iam::123456789012:group/x/i"}));
  EXPECT_EQ(Refusal("CreateGroup", {{"GroupName", "I"}}), "EntityAlreadyExists: Group with name I already exists.");
}

}  // namespace
}  // namespace stratolite::iam
