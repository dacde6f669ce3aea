#include "iam/tag_operations.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

class IamTagsTest : public UsersAndGroups {
 protected:
  Json UserTags() { return iam_.MustCall("ListUserTags", {{"UserName", "alice"}})["Tags"]; }
  void TagUser(Json tags) { iam_.MustCall("TagUser", {{"UserName", "alice"}, {"Tags", std::move(tags)}}); }
};

TEST_F(IamTagsTest, KeysOfUsersAreOneWhateverTheirCase) {
  MakeUser("alice");
  TagUser({Tag("Department", "a"), Tag("b", "")});
  TagUser({Tag("department", "c")});
  EXPECT_EQ(UserTags(), Json({Tag("b", ""), Tag("department", "c")}));
  iam_.MustCall("UntagUser", {{"UserName", "alice"}, {"TagKeys", {"DEPARTMENT", "none"}}});
  EXPECT_EQ(UserTags(), Json::array({Tag("b", "")}));
  EXPECT_EQ(Refusal("TagUser", {{"UserName", "alice"}, {"Tags", {Tag("k", "1"), Tag("K", "2")}}}),
            "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}

TEST_F(IamTagsTest, KeysOfPoliciesDifferByCase) {
  const std::string arn = MakePolicy("p");
  iam_.MustCall("TagPolicy", {{"PolicyArn", arn}, {"Tags", {Tag("k", "1"), Tag("K", "2")}}});
  EXPECT_EQ(iam_.MustCall("ListPolicyTags", {{"PolicyArn", arn}})["Tags"], Json({Tag("K", "2"), Tag("k", "1")}));
  iam_.MustCall("UntagPolicy", {{"PolicyArn", arn}, {"TagKeys", {"k"}}});
  EXPECT_EQ(iam_.MustCall("ListPolicyTags", {{"PolicyArn", arn}})["Tags"], Json::array({Tag("K", "2")}));
}

TEST_F(IamTagsTest, FiftyAreTheLimitOverAllCalls) {
  MakeUser("alice");
  Json tags = Json::array();
  for (int i = 0; i < 50; ++i) tags.push_back(Tag("k" + std::to_string(i), "v"));
  TagUser(tags);
  EXPECT_EQ(iam_.ErrorCode("TagUser", {{"UserName", "alice"}, {"Tags", {Tag("one more", "v")}}}), "LimitExceeded");
  TagUser({Tag("K7", "changed")});
  EXPECT_EQ(UserTags().size(), 50U);
  const Json page = iam_.MustCall("ListUserTags", {{"UserName", "alice"}, {"MaxItems", 30}});
  EXPECT_EQ(page["Tags"].size(), 30U);
  const Json rest =
      iam_.MustCall("ListUserTags", {{"UserName", "alice"}, {"MaxItems", 30}, {"Marker", page["Marker"]}});
  EXPECT_EQ(rest["Tags"].size(), 20U);
  EXPECT_EQ(rest["IsTruncated"], false);
}

TEST_F(IamTagsTest, KeysOfAwsAreReserved) {
  MakeUser("alice");
  EXPECT_EQ(iam_.ErrorCode("TagUser", {{"UserName", "alice"}, {"Tags", {Tag("AWS:x", "v")}}}), "InvalidInput");
}

TEST_F(IamTagsTest, EverythingElseThatHasTagsIsFoundInItsOwnWay) {
  MakeRole("r");
  iam_.MustCall("TagRole", {{"RoleName", "r"}, {"Tags", {Tag("k", "v")}}});
  EXPECT_EQ(iam_.MustCall("ListRoleTags", {{"RoleName", "R"}})["Tags"], Json::array({Tag("k", "v")}));
  iam_.MustCall("CreateInstanceProfile", {{"InstanceProfileName", "i"}});
  iam_.MustCall("TagInstanceProfile", {{"InstanceProfileName", "i"}, {"Tags", {Tag("k", "v")}}});
  EXPECT_EQ(iam_.MustCall("ListInstanceProfileTags", {{"InstanceProfileName", "i"}})["Tags"].size(), 1U);
  EXPECT_EQ(iam_.ErrorCode("ListServerCertificateTags", {{"ServerCertificateName", "c"}}), "NoSuchEntity");
  const std::string serial = "arn:aws:iam::123456789012:mfa/none";
  EXPECT_EQ(Refusal("ListMFADeviceTags", {{"SerialNumber", serial}}),
            "NoSuchEntity: VirtualMFADevice with serial number " + serial + " doesn't exist.");
  // A user's ARN is no policy's.
  const Json user = MakeUser("alice");
  EXPECT_EQ(iam_.ErrorCode("ListPolicyTags", {{"PolicyArn", user["Arn"]}}), "NoSuchEntity");
}

}  // namespace
}  // namespace stratolite::iam
