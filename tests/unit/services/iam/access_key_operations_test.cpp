#include "iam/access_key_operations.hpp"

#include <gtest/gtest.h>

#include "iam/iam.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "support/service_harness.hpp"

namespace stratolite::iam {
namespace {

using namespace std::chrono_literals;

class AccessKeyTest : public ::testing::Test {
 protected:
  AccessKeyTest() {
    iam_.caller = auth::RootPrincipal(iam_.scope.account);
    user_ = iam_.MustCall("CreateUser", {{"UserName", "alice"}, {"Path", "/staff/"}})["User"];
  }
  Json Create() { return iam_.MustCall("CreateAccessKey", {{"UserName", "alice"}})["AccessKey"]; }
  std::shared_ptr<const auth::Credential> Known(const Json& key) {
    return iam_.world().credentials().Find(key.at("AccessKeyId").get<std::string>());
  }
  auth::Principal Alice() {
    auth::Principal alice;
    alice.type = auth::PrincipalType::kUser;
    alice.account = iam_.scope.account;
    alice.arn = user_["Arn"];
    alice.user_id = user_["UserId"];
    return alice;
  }

  testing::ServiceHarness iam_{kDescriptor};
  Json user_;
};

TEST_F(AccessKeyTest, ANewKeyIsKnownToTheFrontDoorAsItsUser) {
  const Json key = Create();
  EXPECT_EQ(key["Status"], "Active");
  EXPECT_EQ(key["UserName"], "alice");
  const auto known = Known(key);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->secret_access_key, key["SecretAccessKey"]);
  EXPECT_EQ(known->principal.type, auth::PrincipalType::kUser);
  EXPECT_EQ(known->principal.arn, "arn:aws:iam::123456789012:user/staff/alice");
  EXPECT_EQ(known->principal.user_id, user_["UserId"]);
  EXPECT_EQ(auth::AccountOfKeyId(known->access_key_id), iam_.scope.account);
}

TEST_F(AccessKeyTest, InactiveKeysAreUnknownUntilTheyAreActiveAgain) {
  const Json key = Create();
  iam_.MustCall("UpdateAccessKey",
                {{"UserName", "alice"}, {"AccessKeyId", key["AccessKeyId"]}, {"Status", "Inactive"}});
  EXPECT_FALSE(Known(key));
  EXPECT_EQ(iam_.MustCall("ListAccessKeys", {{"UserName", "alice"}})["AccessKeyMetadata"][0]["Status"], "Inactive");
  iam_.MustCall("UpdateAccessKey", {{"UserName", "alice"}, {"AccessKeyId", key["AccessKeyId"]}, {"Status", "Active"}});
  ASSERT_TRUE(Known(key));
  EXPECT_EQ(Known(key)->secret_access_key, key["SecretAccessKey"]);
}

TEST_F(AccessKeyTest, DeletedKeysAreUnknown) {
  const Json key = Create();
  iam_.MustCall("DeleteAccessKey", {{"UserName", "alice"}, {"AccessKeyId", key["AccessKeyId"]}});
  EXPECT_FALSE(Known(key));
  const auto again = iam_.Call("DeleteAccessKey", {{"UserName", "alice"}, {"AccessKeyId", key["AccessKeyId"]}});
  EXPECT_EQ(again.error().code, "NoSuchEntity");
  EXPECT_EQ(again.error().message,
            "The Access Key with id " + key["AccessKeyId"].get<std::string>() + " cannot be found.");
}

TEST_F(AccessKeyTest, AUserHasTwoKeysAtMostActiveOrNot) {
  const Json first = Create();
  Create();
  iam_.MustCall("UpdateAccessKey",
                {{"UserName", "alice"}, {"AccessKeyId", first["AccessKeyId"]}, {"Status", "Inactive"}});
  const auto third = iam_.Call("CreateAccessKey", {{"UserName", "alice"}});
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, "LimitExceeded");
  EXPECT_EQ(third.error().message, "Cannot exceed quota for AccessKeysPerUser: 2");
}

TEST_F(AccessKeyTest, WithoutUserNameTheCallerIsMeant) {
  iam_.caller = Alice();
  const Json key = iam_.MustCall("CreateAccessKey")["AccessKey"];
  EXPECT_EQ(key["UserName"], "alice");
  EXPECT_EQ(iam_.MustCall("ListAccessKeys")["AccessKeyMetadata"].size(), 1u);
}

TEST_F(AccessKeyTest, RootHasKeysOfItsOwn) {
  const Json key = iam_.MustCall("CreateAccessKey")["AccessKey"];
  ASSERT_TRUE(Known(key));
  EXPECT_EQ(Known(key)->principal.arn, "arn:aws:iam::123456789012:root");
  EXPECT_EQ(iam_.MustCall("ListAccessKeys", {{"UserName", "alice"}})["AccessKeyMetadata"].size(), 0u);
}

TEST_F(AccessKeyTest, RolesMustSayWhichUserTheyMean) {
  iam_.caller.type = auth::PrincipalType::kAssumedRole;
  const auto refused = iam_.Call("ListAccessKeys");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "ValidationError");
  EXPECT_EQ(refused.error().message, "Must specify userName when calling with non-User credentials");
}

TEST_F(AccessKeyTest, KeysOfAnotherUserAreNotThisUsers) {
  const Json key = Create();
  iam_.MustCall("CreateUser", {{"UserName", "bob"}});
  EXPECT_EQ(iam_.ErrorCode("DeleteAccessKey", {{"UserName", "bob"}, {"AccessKeyId", key["AccessKeyId"]}}),
            "NoSuchEntity");
  EXPECT_TRUE(Known(key));
}

TEST_F(AccessKeyTest, ARenamedUsersKeysActUnderTheNewName) {
  const Json key = Create();
  iam_.MustCall("UpdateUser", {{"UserName", "alice"}, {"NewUserName", "alicia"}, {"NewPath", "/"}});
  ASSERT_TRUE(Known(key));
  EXPECT_EQ(Known(key)->principal.arn, "arn:aws:iam::123456789012:user/alicia");
  EXPECT_EQ(Known(key)->principal.user_id, user_["UserId"]);
}

TEST_F(AccessKeyTest, AUserWithKeysCannotBeDeleted) {
  Create();
  const auto refused = iam_.Call("DeleteUser", {{"UserName", "alice"}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "DeleteConflict");
  EXPECT_EQ(refused.error().message, "Cannot delete entity, must delete access keys first.");
}

TEST_F(AccessKeyTest, LastUseIsTheLastCallThatWasMade) {
  const Json key = Create();
  const Json before = iam_.MustCall("GetAccessKeyLastUsed", {{"AccessKeyId", key["AccessKeyId"]}});
  EXPECT_EQ(before["UserName"], "alice");
  EXPECT_EQ(before["AccessKeyLastUsed"], Json({{"ServiceName", "N/A"}, {"Region", "N/A"}}));

  iam_.caller = Alice();
  iam_.access_key_id = key["AccessKeyId"];
  iam_.MustCall("GetUser");
  iam_.Advance(1h);
  iam_.scope.region = Region("eu-central-1");
  iam_.MustCall("GetUser");
  const TimePoint used = iam_.Now();
  iam_.caller = auth::RootPrincipal(iam_.scope.account);
  iam_.Advance(1h);
  const Json after = iam_.MustCall("GetAccessKeyLastUsed", {{"AccessKeyId", key["AccessKeyId"]}})["AccessKeyLastUsed"];
  EXPECT_EQ(after["ServiceName"], "iam");
  EXPECT_EQ(after["Region"], "eu-central-1");
  EXPECT_EQ(after["LastUsedDate"], EpochSecondsWithFraction(used));
}

TEST_F(AccessKeyTest, KeysComeInPages) {
  Create();
  Create();
  const Json first = iam_.MustCall("ListAccessKeys", {{"UserName", "alice"}, {"MaxItems", 1}});
  EXPECT_EQ(first["IsTruncated"], true);
  const Json second =
      iam_.MustCall("ListAccessKeys", {{"UserName", "alice"}, {"MaxItems", 1}, {"Marker", first["Marker"]}});
  EXPECT_EQ(second["IsTruncated"], false);
  EXPECT_NE(first["AccessKeyMetadata"][0]["AccessKeyId"], second["AccessKeyMetadata"][0]["AccessKeyId"]);
}

}  // namespace
}  // namespace stratolite::iam
