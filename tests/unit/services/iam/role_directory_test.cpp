#include "iam/role_directory.hpp"

#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/registry.hpp"
#include "unit/services/iam/iam_fixture.hpp"

namespace stratolite::iam {
namespace {

class ModeOfTests final : public ports::AccessMode {
 public:
  IamMode mode() const override { return now; }
  IamMode now = IamMode::kEnforce;
};

class RoleDirectoryTest : public RolesAndPolicies {
 protected:
  void SetUp() override {
    MakeRole(
        "web",
        {{"MaxSessionDuration", 7200},
         {"AssumeRolePolicyDocument",
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},
                   "Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"app"}}}]})"}});
    iam_.world().deps().ports.Offer<ports::AccessMode>(&mode_);
  }
  ports::RoleDirectory& Roles() { return *iam_.world().deps().ports.Find<ports::RoleDirectory>(); }
  static Arn RoleArn(std::string_view name) {
    return *Arn::Parse("arn:aws:iam::123456789012:role/" + std::string(name));
  }
  std::string Outcome(std::string_view role, std::string audience) {
    ports::RoleDirectory::Attempt attempt;
    attempt.actions = {"sts:AssumeRoleWithWebIdentity"};
    attempt.role = RoleArn(role);
    attempt.caller.type = auth::PrincipalType::kFederatedIdentity;
    attempt.caller.arn = "accounts.google.com";
    attempt.context.Set("accounts.google.com:aud", std::move(audience));
    const auto outcome = Roles().Assume(attempt);
    return outcome.ok() ? outcome->unique_id : outcome.error().message;
  }

  ModeOfTests mode_;
};

TEST_F(RoleDirectoryTest, ARoleIsFoundByItsArn) {
  const auto role = Roles().Find(RoleArn("web"));
  ASSERT_TRUE(role.has_value());
  EXPECT_EQ(role->unique_id, GetRole("web")["RoleId"]);
  EXPECT_EQ(role->max_session, std::chrono::hours(2));
  EXPECT_NE(role->trust_policy.find("accounts.google.com"), std::string::npos);
}

TEST_F(RoleDirectoryTest, TrustIsDecidedWherePoliciesAreEnforced) {
  EXPECT_EQ(Outcome("web", "app"), GetRole("web")["RoleId"]);
  EXPECT_EQ(Outcome("web", "other"), "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  mode_.now = IamMode::kAudit;
  EXPECT_EQ(Outcome("web", "other"), GetRole("web")["RoleId"]);
  mode_.now = IamMode::kOff;
  EXPECT_EQ(Outcome("web", "other"), GetRole("web")["RoleId"]);
}

TEST_F(RoleDirectoryTest, ARoleThatNobodyMadeIsThereOnlyWherePoliciesAreNotLookedAt) {
  EXPECT_FALSE(Roles().Find(RoleArn("nobody")).has_value());
  EXPECT_EQ(Outcome("nobody", "app"), "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  mode_.now = IamMode::kAudit;
  EXPECT_FALSE(Roles().Find(RoleArn("nobody")).has_value());
  mode_.now = IamMode::kOff;
  const auto role = Roles().Find(RoleArn("nobody"));
  ASSERT_TRUE(role.has_value());
  EXPECT_TRUE(role->unique_id.starts_with("AROA"));
  EXPECT_EQ(role->unique_id, Roles().Find(RoleArn("nobody"))->unique_id);
  EXPECT_EQ(role->max_session, std::chrono::hours(12));
}

TEST_F(RoleDirectoryTest, WhomARoleTrustsMustBeThereWherePoliciesAreLookedAt) {
  const auto trust = [](std::string_view principal) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["123456789012",")" +
           std::string(principal) + R"("]},"Action":"sts:AssumeRole"}]})";
  };
  const std::string user = "arn:aws:iam::123456789012:user/alice";
  EXPECT_EQ(Message("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", trust(user)}}),
            R"(Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/alice")");
  iam_.MustCall("CreateUser", {{"UserName", "alice"}});
  MakeRole("r", {{"AssumeRolePolicyDocument", trust(user)}});
  EXPECT_EQ(iam_.ErrorCode("UpdateAssumeRolePolicy", {{"RoleName", "r"}, {"PolicyDocument", trust(user + "x")}}),
            "MalformedPolicyDocument");
  iam_.MustCall("UpdateAssumeRolePolicy",
                {{"RoleName", "r"}, {"PolicyDocument", trust("arn:aws:iam::999999999999:root")}});
  mode_.now = IamMode::kOff;
  iam_.MustCall("UpdateAssumeRolePolicy", {{"RoleName", "r"}, {"PolicyDocument", trust(user + "x")}});
}

}  // namespace
}  // namespace stratolite::iam
