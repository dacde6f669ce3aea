#include "iam/user_operations.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

class UsersTest : public UsersAndGroups {};

TEST_F(UsersTest, ANewUserHasIdArnAndPathAndNoTagsToShow) {
  const Json user = MakeUser("alice", {{"Path", "/team/"}});
  EXPECT_EQ(user["Arn"], "arn:aws:iam::123456789012:user/team/alice");
  EXPECT_EQ(user["Path"], "/team/");
  EXPECT_TRUE(user.value("UserId", "").starts_with("AIDA"));
  EXPECT_EQ(user.size(), 5U);
  EXPECT_EQ(GetUser("alice"), user);
}

TEST_F(UsersTest, TagsAndBoundaryAreShownOfOneUserAndNotInLists) {
  const std::string boundary = MakePolicy("limits");
  MakeUser("alice", {{"Tags", {Tag("k", "v")}}, {"PermissionsBoundary", boundary}});
  const Json user = GetUser("alice");
  EXPECT_EQ(user["Tags"], Json::array({Tag("k", "v")}));
  EXPECT_EQ(user["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary);
  EXPECT_EQ(user["PermissionsBoundary"]["PermissionsBoundaryType"], "PermissionsBoundaryPolicy");
  EXPECT_EQ(iam_.MustCall("ListUsers")["Users"][0].size(), 5U);
}

TEST_F(UsersTest, NamesAreTakenWithoutRegardToCase) {
  MakeUser("Alice");
  EXPECT_EQ(Refusal("CreateUser", {{"UserName", "aLICE"}}),
            "EntityAlreadyExists: User with name aLICE already exists.");
  EXPECT_EQ(GetUser("ALICE")["UserName"], "Alice");
}

TEST_F(UsersTest, NamesAndPathsAreRefusedInWordsOfTheirOwn) {
  EXPECT_EQ(
      Refusal("CreateUser", {{"UserName", "a/b"}}),
      "ValidationError: The specified value for userName is invalid. It must contain only alphanumeric characters "
      "and/or the following: +=,.@_-");
  EXPECT_EQ(Refusal("CreateUser", {{"UserName", "a"}, {"Path", "team"}}),
            "ValidationError: The specified value for path is invalid. It must begin and end with / and contain only "
            "alphanumeric characters and/or / characters.");
  EXPECT_EQ(Refusal("CreateUser", {{"UserName", "a"}, {"Path", "//"}}).substr(0, 15), "ValidationError");
  const Result<Json> too_long = iam_.Call("CreateUser", {{"UserName", std::string(65, 'a')}});
  ASSERT_FALSE(too_long.ok());
  EXPECT_EQ(
      too_long.error().message,
      "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less "
      "than or equal to 64");
}

TEST_F(UsersTest, WhoIsNotThereIsNotFound) {
  EXPECT_EQ(Refusal("GetUser", {{"UserName", "bob"}}), "NoSuchEntity: The user with name bob cannot be found.");
  EXPECT_EQ(Refusal("DeleteUser", {{"UserName", "bob"}}), "NoSuchEntity: The user with name bob cannot be found.");
}

TEST_F(UsersTest, WithoutANameTheCallerIsMeant) {
  const Json root = iam_.MustCall("GetUser")["User"];
  EXPECT_EQ(root["Arn"], "arn:aws:iam::123456789012:root");
  EXPECT_EQ(root["UserId"], "123456789012");
  EXPECT_FALSE(root.contains("UserName"));

  const Json alice = MakeUser("alice");
  iam_.caller.type = auth::PrincipalType::kUser;
  iam_.caller.arn = alice["Arn"];
  iam_.caller.user_id = alice["UserId"];
  EXPECT_EQ(iam_.MustCall("GetUser")["User"], alice);

  iam_.caller.type = auth::PrincipalType::kAssumedRole;
  EXPECT_EQ(Refusal("GetUser", Json::object()),
            "ValidationError: Must specify userName when calling with non-User credentials");
}

TEST_F(UsersTest, ListsAreInOrderOfNamesByPathAndByPage) {
  for (const char* name : {"carol", "Bob", "alice"}) MakeUser(name, {{"Path", "/a/"}});
  MakeUser("dave");
  EXPECT_EQ(Each(iam_.MustCall("ListUsers")["Users"], "UserName"), Json({"alice", "Bob", "carol", "dave"}));
  EXPECT_EQ(Each(iam_.MustCall("ListUsers", {{"PathPrefix", "/a/"}})["Users"], "UserName"),
            Json({"alice", "Bob", "carol"}));
  const Json first = iam_.MustCall("ListUsers", {{"MaxItems", 3}});
  EXPECT_EQ(first["IsTruncated"], true);
  const Json second = iam_.MustCall("ListUsers", {{"MaxItems", 3}, {"Marker", first["Marker"]}});
  EXPECT_EQ(Each(second["Users"], "UserName"), Json({"dave"}));
  EXPECT_EQ(second["IsTruncated"], false);
  EXPECT_FALSE(second.contains("Marker"));
  EXPECT_EQ(Refusal("ListUsers", {{"Marker", "nonsense"}}), "ValidationError: Invalid Marker.");
}

TEST_F(UsersTest, ARenamedUserKeepsItsIdAndWhatItHas) {
  const Json before = MakeUser("alice", {{"Tags", {Tag("k", "v")}}});
  iam_.MustCall("PutUserPolicy", {{"UserName", "alice"}, {"PolicyName", "p"}, {"PolicyDocument", kReadThings}});
  iam_.MustCall("UpdateUser", {{"UserName", "alice"}, {"NewUserName", "eve"}, {"NewPath", "/x/"}});
  const Json after = GetUser("eve");
  EXPECT_EQ(after["UserId"], before["UserId"]);
  EXPECT_EQ(after["Arn"], "arn:aws:iam::123456789012:user/x/eve");
  EXPECT_EQ(after["Tags"], before["Tags"]);
  EXPECT_EQ(iam_.MustCall("ListUserPolicies", {{"UserName", "eve"}})["PolicyNames"], Json({"p"}));
  EXPECT_EQ(iam_.ErrorCode("GetUser", {{"UserName", "alice"}}), "NoSuchEntity");
}

TEST_F(UsersTest, ARenameMayChangeCaseAndMayNotTakeAnothersName) {
  MakeUser("alice");
  MakeUser("bob");
  EXPECT_EQ(Refusal("UpdateUser", {{"UserName", "alice"}, {"NewUserName", "BOB"}}),
            "EntityAlreadyExists: User with name BOB already exists.");
  iam_.MustCall("UpdateUser", {{"UserName", "alice"}, {"NewUserName", "ALICE"}});
  EXPECT_EQ(GetUser("alice")["UserName"], "ALICE");
}

TEST_F(UsersTest, AUserGoesOnlyWhenNothingIsLeft) {
  const std::string policy = MakePolicy("p");
  MakeUser("alice");
  MakeGroup("g");
  Join("alice", "g");
  iam_.MustCall("AttachUserPolicy", {{"UserName", "alice"}, {"PolicyArn", policy}});
  iam_.MustCall("PutUserPolicy", {{"UserName", "alice"}, {"PolicyName", "p"}, {"PolicyDocument", kReadThings}});
  const std::string key =
      iam_.MustCall("CreateAccessKey", {{"UserName", "alice"}})["AccessKey"].value("AccessKeyId", "");
  const auto refusal = [&] { return Refusal("DeleteUser", {{"UserName", "alice"}}); };

  EXPECT_EQ(refusal(), "DeleteConflict: Cannot delete entity, must remove users from group first.");
  iam_.MustCall("RemoveUserFromGroup", {{"UserName", "alice"}, {"GroupName", "g"}});
  EXPECT_EQ(refusal(), "DeleteConflict: Cannot delete entity, must detach all policies first.");
  iam_.MustCall("DetachUserPolicy", {{"UserName", "alice"}, {"PolicyArn", policy}});
  EXPECT_EQ(refusal(), "DeleteConflict: Cannot delete entity, must delete policies first.");
  iam_.MustCall("DeleteUserPolicy", {{"UserName", "alice"}, {"PolicyName", "p"}});
  EXPECT_EQ(refusal(), "DeleteConflict: Cannot delete entity, must delete access keys first.");
  iam_.MustCall("DeleteAccessKey", {{"UserName", "alice"}, {"AccessKeyId", key}});
  iam_.MustCall("DeleteUser", {{"UserName", "alice"}});
  EXPECT_EQ(iam_.ErrorCode("GetUser", {{"UserName", "alice"}}), "NoSuchEntity");
}

TEST_F(UsersTest, ABoundaryIsAPolicyThatExists) {
  MakeUser("alice");
  const std::string missing = PolicyArn("none");
  EXPECT_EQ(Refusal("PutUserPermissionsBoundary", {{"UserName", "alice"}, {"PermissionsBoundary", missing}}),
            "NoSuchEntity: Scope ARN: " + missing + " does not exist or is not attachable.");
  const std::string limits = MakePolicy("limits");
  iam_.MustCall("PutUserPermissionsBoundary", {{"UserName", "alice"}, {"PermissionsBoundary", limits}});
  EXPECT_EQ(GetUser("alice")["PermissionsBoundary"]["PermissionsBoundaryArn"], limits);
  iam_.MustCall("DeleteUserPermissionsBoundary", {{"UserName", "alice"}});
  EXPECT_FALSE(GetUser("alice").contains("PermissionsBoundary"));
}

TEST_F(UsersTest, AccountsKnowNothingOfEachOther) {
  MakeUser("alice");
  iam_.scope.account = AccountId("210987654321");
  EXPECT_EQ(iam_.MustCall("ListUsers")["Users"], Json::array());
  EXPECT_EQ(MakeUser("alice")["Arn"], "arn:aws:iam::210987654321:user/alice");
}

}  // namespace
}  // namespace stratolite::iam
