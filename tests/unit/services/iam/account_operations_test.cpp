#include "iam/account_operations.hpp"

#include "iam/password_policy.hpp"
#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

class AccountTest : public UsersAndGroups {};

TEST_F(AccountTest, AnAliasIsReplacedAndNobodyElsesToTake) {
  EXPECT_EQ(iam_.MustCall("ListAccountAliases"), (Json{{"AccountAliases", Json::array()}, {"IsTruncated", false}}));
  iam_.MustCall("CreateAccountAlias", {{"AccountAlias", "first"}});
  iam_.MustCall("CreateAccountAlias", {{"AccountAlias", "second"}});
  EXPECT_EQ(iam_.MustCall("ListAccountAliases")["AccountAliases"], Json({"second"}));
  EXPECT_EQ(iam_.ErrorCode("DeleteAccountAlias", {{"AccountAlias", "first"}}), "NoSuchEntity");

  iam_.scope.account = AccountId("210987654321");
  EXPECT_EQ(Refusal("CreateAccountAlias", {{"AccountAlias", "second"}}),
            "EntityAlreadyExists: The account alias second already exists.");
  EXPECT_EQ(iam_.ErrorCode("DeleteAccountAlias", {{"AccountAlias", "second"}}), "NoSuchEntity");
  iam_.MustCall("CreateAccountAlias", {{"AccountAlias", "first"}});

  iam_.scope.account = AccountId("123456789012");
  iam_.MustCall("DeleteAccountAlias", {{"AccountAlias", "second"}});
  EXPECT_EQ(iam_.MustCall("ListAccountAliases")["AccountAliases"], Json::array());
}

TEST_F(AccountTest, APasswordPolicyIsWhollyReplaced) {
  EXPECT_EQ(Refusal("GetAccountPasswordPolicy", Json::object()),
            "NoSuchEntity: The Password Policy with domain name 123456789012 cannot be found.");
  iam_.MustCall("UpdateAccountPasswordPolicy",
                {{"RequireNumbers", true}, {"MaxPasswordAge", 90}, {"HardExpiry", false}});
  EXPECT_EQ(iam_.MustCall("GetAccountPasswordPolicy")["PasswordPolicy"], (Json{{"MinimumPasswordLength", 6},
                                                                               {"RequireSymbols", false},
                                                                               {"RequireNumbers", true},
                                                                               {"RequireUppercaseCharacters", false},
                                                                               {"RequireLowercaseCharacters", false},
                                                                               {"AllowUsersToChangePassword", false},
                                                                               {"ExpirePasswords", true},
                                                                               {"MaxPasswordAge", 90},
                                                                               {"HardExpiry", false}}));
  iam_.MustCall("UpdateAccountPasswordPolicy", {{"MinimumPasswordLength", 12}});
  const Json policy = iam_.MustCall("GetAccountPasswordPolicy")["PasswordPolicy"];
  EXPECT_EQ(policy["RequireNumbers"], false);
  EXPECT_EQ(policy["ExpirePasswords"], false);
  EXPECT_FALSE(policy.contains("MaxPasswordAge"));
  iam_.MustCall("DeleteAccountPasswordPolicy");
  EXPECT_EQ(iam_.ErrorCode("DeleteAccountPasswordPolicy"), "NoSuchEntity");
}

TEST_F(AccountTest, TheSummaryCountsWhatThereIs) {
  MakeUser("alice");
  MakeGroup("g");
  MakeRole("r");
  const std::string policy = MakePolicy("p");
  iam_.MustCall("CreatePolicyVersion", {{"PolicyArn", policy}, {"PolicyDocument", kReadThings}});
  iam_.MustCall("CreateInstanceProfile", {{"InstanceProfileName", "i"}});
  const Json summary = iam_.MustCall("GetAccountSummary")["SummaryMap"];
  EXPECT_EQ(summary.size(), 34U);
  for (const char* name : {"Users", "Groups", "Roles", "Policies", "InstanceProfiles"}) EXPECT_EQ(summary[name], 1);
  EXPECT_EQ(summary["PolicyVersionsInUse"], 2);
  EXPECT_EQ(summary["Providers"], 0);
  EXPECT_EQ(summary["AccountMFAEnabled"], 0);
  EXPECT_EQ(summary["UsersQuota"], 5000);
}

struct PasswordAttempt {
  std::string name;
  PasswordPolicy policy;
  std::string password;
  /// Empty: it is good.
  std::string violation;
};

class PasswordPolicyTest : public ::testing::TestWithParam<PasswordAttempt> {};

PasswordPolicy StrictPolicy() {
  return {.min_length = 6,
          .require_symbols = true,
          .require_numbers = true,
          .require_uppercase = true,
          .require_lowercase = true,
          .is_default = false};
}

INSTANTIATE_TEST_SUITE_P(
    Attempts, PasswordPolicyTest,
    ::testing::Values(
        PasswordAttempt{"DefaultShort", {}, "Ab1!", "Password should have a minimum length of 8"},
        PasswordAttempt{"DefaultGood", {}, "abcdEFG1", ""},
        PasswordAttempt{"DefaultTwoKinds",
                        {},
                        "abcdefg1",
                        "Password should include a minimum of three of the following mix of character types: "
                        "uppercase, lowercase, numbers, and non-alphanumeric characters"},
        PasswordAttempt{"Good", StrictPolicy(), "aB3$xx", ""},
        PasswordAttempt{"NoUpper", StrictPolicy(), "ab3$xx", "Password should have at least one uppercase letter"},
        PasswordAttempt{"NoLower", StrictPolicy(), "AB3$XX", "Password should have at least one lowercase letter"},
        PasswordAttempt{"NoNumber", StrictPolicy(), "aBx$xx", "Password should have at least one number"},
        PasswordAttempt{"NoSymbol", StrictPolicy(), "aB3xxx", "Password should have at least one symbol"}),
    [](const auto& info) { return info.param.name; });

TEST_P(PasswordPolicyTest, AreHeldAgainstThePolicy) {
  const Result<void> outcome = CheckPassword(GetParam().policy, GetParam().password);
  EXPECT_EQ(outcome.ok() ? "" : outcome.error().message, GetParam().violation);
}

}  // namespace
}  // namespace stratolite::iam
