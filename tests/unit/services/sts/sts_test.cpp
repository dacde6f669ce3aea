#include "sts/sts.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/mfa_verifier.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/role_directory.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/world.hpp"
#include "support/service_harness.hpp"

namespace stratolite::sts {
namespace {

using namespace std::chrono_literals;

constexpr const char* kRole = "arn:aws:iam::210987654321:role/team/Builder";

class StsTest : public ::testing::Test {
 protected:
  StsTest() { sts_.protocol = wire::Protocol::kQuery; }
  AwsError Error(std::string_view operation, Json input) {
    auto outcome = sts_.Call(operation, std::move(input));
    if (!outcome.ok()) return outcome.error();
    ADD_FAILURE() << operation << " succeeded";
    return {};
  }
  Json Role(Json more = Json::object()) const {
    Json input = {{"RoleArn", kRole}, {"RoleSessionName", "ci"}};
    input.update(more);
    return input;
  }
  std::shared_ptr<const auth::Credential> Find(const Json& credentials) {
    return sts_.world().credentials().Find(credentials.at("AccessKeyId").get<std::string>());
  }
  /// The next calls come from the session that `answer` holds.
  void Become(const Json& answer) {
    const auto credential = Find(answer.at("Credentials"));
    ASSERT_TRUE(credential);
    sts_.caller = credential->principal;
    sts_.access_key_id = credential->access_key_id;
  }
  void BeKnownRoot() {
    auth::Credential credential;
    credential.access_key_id = sts_.access_key_id;
    credential.secret_access_key = "secret";
    credential.principal = sts_.caller;
    sts_.world().credentials().AddRootCredential(credential);
  }
  void BeAnonymous() {
    sts_.caller = {};
    sts_.access_key_id.clear();
  }
  std::int64_t Now() { return EpochSeconds(sts_.Now()); }

  stratolite::testing::ServiceHarness sts_{kDescriptor};
};

TEST_F(StsTest, TheCallerIsWhoItsCredentialsSay) {
  const Json root = sts_.MustCall("GetCallerIdentity");
  EXPECT_EQ(root,
            (Json{{"UserId", "123456789012"}, {"Account", "123456789012"}, {"Arn", "arn:aws:iam::123456789012:root"}}));
  const Json session = sts_.MustCall("AssumeRole", Role());
  Become(session);
  const Json role = sts_.MustCall("GetCallerIdentity");
  EXPECT_EQ(role["Account"], "210987654321");
  EXPECT_EQ(role["Arn"], "arn:aws:sts::210987654321:assumed-role/Builder/ci");
  EXPECT_EQ(role["UserId"], session["AssumedRoleUser"]["AssumedRoleId"]);
}

TEST_F(StsTest, AnonymousCallersMustSign) {
  BeAnonymous();
  for (const char* operation : {"GetCallerIdentity", "GetSessionToken"}) {
    const AwsError error = Error(operation, Json::object());
    EXPECT_EQ(error.code, "MissingAuthenticationToken");
    EXPECT_EQ(error.http_status, 403);
  }
  EXPECT_EQ(Error("AssumeRole", Role()).code, "MissingAuthenticationToken");
}

TEST_F(StsTest, AnAssumedRoleHasItsNameWithoutThePathAndOneIdForever) {
  const Json first = sts_.MustCall("AssumeRole", Role());
  const Json second = sts_.MustCall("AssumeRole", Role({{"RoleSessionName", "again"}}));
  EXPECT_EQ(first["AssumedRoleUser"]["Arn"], "arn:aws:sts::210987654321:assumed-role/Builder/ci");
  const auto id = first["AssumedRoleUser"]["AssumedRoleId"].get<std::string>();
  EXPECT_TRUE(id.starts_with("AROA")) << id;
  EXPECT_EQ(id.size(), 20 + std::string(":ci").size());
  EXPECT_EQ(second["AssumedRoleUser"]["AssumedRoleId"], id.substr(0, 20) + ":again");
  EXPECT_FALSE(first.contains("PackedPolicySize"));
  EXPECT_FALSE(first.contains("SourceIdentity"));
}

TEST_F(StsTest, SessionsAreKnownToTheFrontDoorAndEndInTime) {
  const Json answer = sts_.MustCall("AssumeRole", Role({{"DurationSeconds", 900}}));
  const Json& credentials = answer["Credentials"];
  EXPECT_EQ(credentials["Expiration"], Now() + 900);
  const auto known = Find(credentials);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->secret_access_key, credentials["SecretAccessKey"]);
  EXPECT_EQ(*known->session_token, credentials["SessionToken"]);
  EXPECT_EQ(EpochSeconds(*known->expires), Now() + 900);
  EXPECT_TRUE(known->access_key_id.starts_with("ASIA"));
  EXPECT_EQ(sts_.MustCall("AssumeRole", Role())["Credentials"]["Expiration"], Now() + 3600);
}

TEST_F(StsTest, DurationsAreBoundedByTheModelAndByChaining) {
  EXPECT_EQ(Error("AssumeRole", Role({{"DurationSeconds", 899}})).code, "ValidationError");
  EXPECT_EQ(Error("AssumeRole", Role({{"DurationSeconds", 43201}})).code, "ValidationError");
  Become(sts_.MustCall("AssumeRole", Role({{"DurationSeconds", 43200}})));
  EXPECT_EQ(Error("AssumeRole", Role({{"DurationSeconds", 3601}})).message,
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
  sts_.MustCall("AssumeRole", Role({{"DurationSeconds", 3600}}));
}

TEST_F(StsTest, OnlyRolesCanBeAssumed) {
  for (const char* arn : {"arn:aws:iam::123456789012:user/alice", "arn:aws:iam::1234:role/short-account",
                          "arn:aws:iam::123456789012:role/", "not an arn at all, but long"}) {
    const AwsError error = Error("AssumeRole", Role({{"RoleArn", arn}}));
    EXPECT_EQ(error.code, "ValidationError") << arn;
    EXPECT_EQ(error.message, "Request ARN is invalid");
  }
}

TEST_F(StsTest, TagKeysAreCaseInsensitive) {
  const Json tags = {{{"Key", "Team"}, {"Value", "a"}}, {{"Key", "team"}, {"Value", "b"}}};
  const AwsError error = Error("AssumeRole", Role({{"Tags", tags}}));
  EXPECT_EQ(error.code, "InvalidParameterValue");
  EXPECT_EQ(error.message, "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}

TEST_F(StsTest, TransitiveTagsPassOnAndCannotBeReplaced) {
  const Json tags = {{{"Key", "team"}, {"Value", "a"}}, {{"Key", "local"}, {"Value", "b"}}};
  EXPECT_EQ(Error("AssumeRole", Role({{"Tags", tags}, {"TransitiveTagKeys", {"other"}}})).message,
            "The specified transitive tag key must be included in the requested tags.");
  const Json first = sts_.MustCall("AssumeRole", Role({{"Tags", tags}, {"TransitiveTagKeys", {"team"}}}));
  EXPECT_GT(first["PackedPolicySize"], 0);
  Become(first);
  const Json again = {{{"Key", "TEAM"}, {"Value", "c"}}};
  EXPECT_EQ(Error("AssumeRole", Role({{"Tags", again}})).code, "InvalidParameterValue");
  const auto chained = Find(sts_.MustCall("AssumeRole", Role())["Credentials"]);
  EXPECT_EQ(chained->principal.tags, (std::map<std::string, std::string>{{"team", "a"}}));
  EXPECT_EQ(chained->principal.transitive_tag_keys, std::vector<std::string>{"team"});
}

TEST_F(StsTest, ASourceIdentityStaysForTheWholeChain) {
  const Json first = sts_.MustCall("AssumeRole", Role({{"SourceIdentity", "alice"}}));
  EXPECT_EQ(first["SourceIdentity"], "alice");
  Become(first);
  EXPECT_EQ(sts_.MustCall("AssumeRole", Role())["SourceIdentity"], "alice");
  EXPECT_EQ(Error("AssumeRole", Role({{"SourceIdentity", "mallory"}})).code, "AccessDenied");
}

TEST_F(StsTest, SessionPoliciesAreReadAndKept) {
  const std::string policy =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})";
  const Json answer = sts_.MustCall(
      "AssumeRole", Role({{"Policy", policy}, {"PolicyArns", {{{"arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}}}}}));
  EXPECT_GT(answer["PackedPolicySize"], 0);
  const auto session = Find(answer["Credentials"]);
  EXPECT_EQ(session->principal.session_policy, policy);
  EXPECT_EQ(session->principal.session_policy_arns, std::vector<std::string>{"arn:aws:iam::aws:policy/ReadOnlyAccess"});
}

TEST_F(StsTest, MalformedSessionPoliciesAreRefused) {
  for (const auto& [policy, message] : std::vector<std::pair<std::string, std::string>>{
           {"{", "The policy is not in the valid JSON format."},
           {R"({"Version":"2012-10-17"})", "Syntax errors in policy."},
           {R"({"Version":"2020-01-01","Statement":[]})", "Syntax errors in policy."},
           {R"({"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}})", "Syntax errors in policy."},
           {R"({"Statement":{"Effect":"Allow","Resource":"*"}})", "Policy statement must contain actions."},
           {R"({"Statement":{"Effect":"Allow","Action":"*"}})", "Policy statement must contain resources."},
           {R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}})",
            "Policy document should not specify a principal."}}) {
    const AwsError error = Error("AssumeRole", Role({{"Policy", policy}}));
    EXPECT_EQ(error.code, "MalformedPolicyDocumentException") << policy;
    EXPECT_EQ(error.message, message);
  }
}

TEST_F(StsTest, PoliciesThatCannotBePackedAreRefused) {
  const std::string policy =
      R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::)" + std::string(5000, 'x') + "\"}}";
  const AwsError error = Error("AssumeRole", Role({{"Policy", policy}}));
  EXPECT_EQ(error.code, "PackedPolicyTooLargeException");
  EXPECT_NE(error.message.find("% of allotted space"), std::string::npos);
}

TEST_F(StsTest, MfaNeedsSerialNumberAndCode) {
  EXPECT_EQ(Error("GetSessionToken", {{"TokenCode", "123456"}}).code, "AccessDenied");
  const Json answer =
      sts_.MustCall("GetSessionToken", {{"SerialNumber", "arn:aws:iam::123456789012:mfa/me"}, {"TokenCode", "123456"}});
  EXPECT_TRUE(Find(answer["Credentials"])->principal.mfa_authenticated);
}

TEST_F(StsTest, ASessionTokenIsItsCallersAndRootsLastAnHour) {
  const Json user = sts_.MustCall("GetSessionToken");
  EXPECT_EQ(user["Credentials"]["Expiration"], Now() + 43200);
  EXPECT_EQ(Find(user["Credentials"])->principal.arn, "arn:aws:iam::123456789012:root");
  EXPECT_EQ(sts_.MustCall("GetSessionToken", {{"DurationSeconds", 129600}})["Credentials"]["Expiration"],
            Now() + 129600);
  EXPECT_EQ(Error("GetSessionToken", {{"DurationSeconds", 129601}}).code, "ValidationError");
  BeKnownRoot();
  EXPECT_EQ(sts_.MustCall("GetSessionToken")["Credentials"]["Expiration"], Now() + 3600);
}

TEST_F(StsTest, SessionsGetNoFurtherSessionsButByRoles) {
  Become(sts_.MustCall("GetSessionToken"));
  EXPECT_EQ(Error("GetSessionToken", Json::object()).message, "Cannot call GetSessionToken with session credentials");
  EXPECT_EQ(Error("GetFederationToken", {{"Name", "bob"}}).message,
            "Cannot call GetFederationToken with session credentials");
  sts_.MustCall("AssumeRole", Role());
}

TEST_F(StsTest, AFederatedUserIsNamedByItsAccount) {
  const Json answer = sts_.MustCall("GetFederationToken", {{"Name", "bob"}});
  EXPECT_EQ(answer["FederatedUser"],
            (Json{{"FederatedUserId", "123456789012:bob"}, {"Arn", "arn:aws:sts::123456789012:federated-user/bob"}}));
  EXPECT_EQ(answer["Credentials"]["Expiration"], Now() + 43200);
  Become(answer);
  EXPECT_EQ(sts_.MustCall("GetCallerIdentity")["UserId"], "123456789012:bob");
  EXPECT_EQ(
      Error("AssumeRole", Role()).message,
      "User: arn:aws:sts::123456789012:federated-user/bob is not authorized to perform: sts:AssumeRole on resource: " +
          std::string(kRole));
}

TEST_F(StsTest, RootTasksRunInAnotherAccountForAQuarterOfAnHour) {
  const Json task = {{"arn", "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}};
  const Json answer = sts_.MustCall("AssumeRoot", {{"TargetPrincipal", "210987654321"}, {"TaskPolicyArn", task}});
  EXPECT_EQ(answer["Credentials"]["Expiration"], Now() + 900);
  EXPECT_EQ(Find(answer["Credentials"])->principal.arn, "arn:aws:iam::210987654321:root");
  EXPECT_EQ(Error("AssumeRoot", {{"TargetPrincipal", "210987654321"},
                                 {"TaskPolicyArn", {{"arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}}}})
                .code,
            "ValidationError");
  BeKnownRoot();
  EXPECT_EQ(Error("AssumeRoot", {{"TargetPrincipal", "210987654321"}, {"TaskPolicyArn", task}}).code, "AccessDenied");
}

TEST_F(StsTest, AKeyTellsItsAccount) {
  const Json session = sts_.MustCall("AssumeRole", Role());
  const auto key = session["Credentials"]["AccessKeyId"].get<std::string>();
  EXPECT_EQ(sts_.MustCall("GetAccessKeyInfo", {{"AccessKeyId", key}}), (Json{{"Account", "210987654321"}}));
  const std::string unknown = auth::MakeUniqueId("AKIA", AccountId("555566667777"), "anything");
  EXPECT_EQ(sts_.MustCall("GetAccessKeyInfo", {{"AccessKeyId", unknown}}), (Json{{"Account", "555566667777"}}));
  EXPECT_EQ(Error("GetAccessKeyInfo", {{"AccessKeyId", "AKIAIOSFODNN7EXAMPLE"}}).code, "ValidationError");
}

TEST_F(StsTest, AuthorizationMessagesCanBeDecodedByThisWorldOnly) {
  auth::SealedMessages messages(sts_.world().deps().db, sts_.world().deps().random, auth::kAuthorizationMessage);
  const std::string sealed = messages.Seal(R"({"allowed":false})");
  EXPECT_EQ(sts_.MustCall("DecodeAuthorizationMessage", {{"EncodedMessage", sealed}}),
            (Json{{"DecodedMessage", R"({"allowed":false})"}}));
  std::string changed = sealed;
  changed[20] = changed[20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(Error("DecodeAuthorizationMessage", {{"EncodedMessage", changed}}).code,
            "InvalidAuthorizationMessageException");
  EXPECT_EQ(Error("DecodeAuthorizationMessage", {{"EncodedMessage", "x"}}).code,
            "InvalidAuthorizationMessageException");
  stratolite::testing::ServiceHarness other(kDescriptor);
  auth::SealedMessages elsewhere(other.world().deps().db, other.world().deps().random, "another purpose");
  EXPECT_EQ(Error("DecodeAuthorizationMessage", {{"EncodedMessage", elsewhere.Seal("x")}}).code,
            "InvalidAuthorizationMessageException");
}

TEST_F(StsTest, ATradeInTokenBecomesASessionOfItsPrincipal) {
  Service::AdminRequest request;
  request.path = "trade-in-token";
  request.query = {{"Principal", "arn:aws:iam::210987654321:user/alice"}, {"DurationSeconds", "60"}};
  const auto page = sts_.world().FindService("sts")->Admin(request);
  ASSERT_TRUE(page && page->ok());
  const Json token = (**page)["TradeInToken"];
  const Json answer = sts_.MustCall("GetDelegatedAccessToken", {{"TradeInToken", token}});
  EXPECT_EQ(answer["AssumedPrincipal"], "arn:aws:iam::210987654321:user/alice");
  EXPECT_EQ(Find(answer["Credentials"])->principal.account.str(), "210987654321");
  EXPECT_EQ(Error("GetDelegatedAccessToken", {{"TradeInToken", "made up"}}).code, "AccessDenied");
  sts_.Advance(60s);
  EXPECT_EQ(Error("GetDelegatedAccessToken", {{"TradeInToken", token}}).code, "ExpiredTradeInTokenException");
}

TEST_F(StsTest, AMinimumTokenSizeIsMet) {
  const Json answer = sts_.MustCall("AssumeRole", Role({{"MinimumSessionTokenSize", 2000}}));
  EXPECT_GE(answer["Credentials"]["SessionToken"].get<std::string>().size(), 2000U);
  EXPECT_EQ(answer["SessionTokenSize"], answer["Credentials"]["SessionToken"].get<std::string>().size());
}

class OneRole final : public ports::RoleDirectory {
 public:
  std::optional<Role> Find(const Arn& role) override {
    if (role.ToString() != kRole) return std::nullopt;
    return Role{"AROAEXAMPLE", 2h, R"({"Statement":[]})", "7", {{"team", "blue"}}};
  }
  Result<Role> Assume(const Attempt& attempt) override {
    last = attempt;
    if (attempt.caller.arn != "https://token.example.com") return AwsError{"AccessDenied", "no", 403};
    return *Find(Arn::Parse(kRole).value());
  }
  Attempt last;
};

TEST_F(StsTest, ARoleDirectoryKnowsWhichRolesThereAre) {
  OneRole directory;
  sts_.world().deps().ports.Offer<ports::RoleDirectory>(&directory);
  const Json answer = sts_.MustCall("AssumeRole", Role({{"DurationSeconds", 7200}}));
  EXPECT_EQ(answer["AssumedRoleUser"]["AssumedRoleId"], "AROAEXAMPLE:ci");
  EXPECT_EQ(Error("AssumeRole", Role({{"DurationSeconds", 7201}})).message,
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  const AwsError error = Error("AssumeRole", Role({{"RoleArn", "arn:aws:iam::210987654321:role/Builder"}}));
  EXPECT_EQ(error.code, "AccessDenied");
  EXPECT_EQ(error.message,
            "User: arn:aws:iam::123456789012:root is not authorized to perform: sts:AssumeRole on resource: "
            "arn:aws:iam::210987654321:role/Builder");
}

TEST_F(StsTest, ASessionSaysWhoseItIsAndSinceWhen) {
  const auto role = Find(sts_.MustCall("AssumeRole", Role())["Credentials"]);
  EXPECT_EQ(role->principal.issuer_arn, kRole);
  EXPECT_EQ(role->principal.issued_at, sts_.Now());
  sts_.caller.type = auth::PrincipalType::kUser;
  sts_.caller.arn = "arn:aws:iam::123456789012:user/team/ann";
  EXPECT_EQ(Find(sts_.MustCall("GetSessionToken")["Credentials"])->principal.issuer_arn, sts_.caller.arn);
  EXPECT_EQ(Find(sts_.MustCall("GetFederationToken", {{"Name", "bob"}})["Credentials"])->principal.issuer_arn,
            sts_.caller.arn);
}

TEST_F(StsTest, AUsersSessionOpensRolesAndNothingElse) {
  Become(sts_.MustCall("GetSessionToken"));
  sts_.MustCall("GetCallerIdentity");
  // It is no role yet: nothing is chained.
  sts_.MustCall("AssumeRole", Role({{"DurationSeconds", 43200}}));
  EXPECT_EQ(Error("GetAccessKeyInfo", {{"AccessKeyId", "AKIAIOSFODNN7EXAMPLE"}}).message,
            "Cannot call GetAccessKeyInfo with session credentials");
  EXPECT_EQ(Error("GetWebIdentityToken", {{"Audience", {"a"}}, {"SigningAlgorithm", "ES384"}}).code, "AccessDenied");
}

class OneDevice final : public ports::MfaVerifier {
 public:
  Result<void> Verify(const auth::Principal&, std::string_view serial_number, std::string_view token_code) override {
    if (serial_number == "arn:aws:iam::123456789012:mfa/me" && token_code == "123456") return {};
    return AwsError{"AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ", 403};
  }
};

TEST_F(StsTest, TheCodesOfKnownCallersAreChecked) {
  OneDevice device;
  sts_.world().deps().ports.Offer<ports::MfaVerifier>(&device);
  const Json wrong = {{"SerialNumber", "arn:aws:iam::123456789012:mfa/me"}, {"TokenCode", "654321"}};
  sts_.MustCall("GetSessionToken", wrong);
  BeKnownRoot();
  EXPECT_EQ(Error("GetSessionToken", wrong).code, "AccessDenied");
  EXPECT_EQ(Error("AssumeRole", Role(wrong)).code, "AccessDenied");
  Json right = wrong;
  right["TokenCode"] = "123456";
  EXPECT_TRUE(Find(sts_.MustCall("AssumeRole", Role(right))["Credentials"])->principal.mfa_authenticated);
}

class Enforcing final : public ports::AccessMode {
 public:
  IamMode mode() const override { return IamMode::kEnforce; }
};

TEST_F(StsTest, RootCanBeNoRoleWherePoliciesAreEnforced) {
  Enforcing mode;
  sts_.world().deps().ports.Offer<ports::AccessMode>(&mode);
  sts_.MustCall("AssumeRole", Role());
  BeKnownRoot();
  EXPECT_EQ(Error("AssumeRole", Role()).message, "Roles may not be assumed by root accounts.");
}

class StsAccessTest : public StsTest {
 protected:
  /// What the call needs, as the authorizer would ask.
  std::vector<AccessNeed> Needs(std::string_view operation, Json input) {
    call_.operation = operation;
    call_.input = std::move(input);
    call_.scope = sts_.scope;
    call_.caller = sts_.caller;
    std::vector<AccessNeed> needs{{"sts:Whatever", "*", {}}};
    guide().Refine(call_, needs);
    return needs;
  }
  AccessGuide& guide() { return *sts_.world().FindService("sts")->access_guide(); }
  static std::string One(const AccessNeed& need, std::string_view key) {
    const auto* const values = need.context.Find(key);
    return values == nullptr || values->size() != 1 ? "" : values->front();
  }
  Call call_;
};

TEST_F(StsAccessTest, AssumingARoleIsAskedOfItsTrustPolicyWithEverythingTheSessionIsToHave) {
  OneRole directory;
  sts_.world().deps().ports.Offer<ports::RoleDirectory>(&directory);
  const auto needs = Needs("AssumeRole", Role({{"ExternalId", "open-sesame"},
                                               {"SourceIdentity", "ann"},
                                               {"Tags", {{{"Key", "team"}, {"Value", "blue"}}}},
                                               {"TransitiveTagKeys", {"team"}},
                                               {"SerialNumber", "arn:aws:iam::123456789012:mfa/me"},
                                               {"TokenCode", "123456"}}));
  ASSERT_EQ(needs.size(), 3U);
  EXPECT_EQ(needs[0].action, "sts:AssumeRole");
  EXPECT_EQ(needs[1].action, "sts:TagSession");
  EXPECT_EQ(needs[2].action, "sts:SetSourceIdentity");
  EXPECT_EQ(needs[0].resource, kRole);
  EXPECT_EQ(One(needs[0], "sts:ExternalId"), "open-sesame");
  EXPECT_EQ(One(needs[0], "sts:RoleSessionName"), "ci");
  EXPECT_EQ(One(needs[0], "sts:SourceIdentity"), "ann");
  EXPECT_EQ(One(needs[0], "aws:RequestTag/team"), "blue");
  EXPECT_EQ(One(needs[0], "aws:TagKeys"), "team");
  EXPECT_EQ(One(needs[0], "sts:TransitiveTagKeys"), "team");
  EXPECT_EQ(One(needs[0], "aws:MultiFactorAuthPresent"), "true");
  const ResourceFacts facts = guide().FactsOf(call_, needs[0]);
  EXPECT_EQ(facts.owner.str(), "210987654321");
  EXPECT_EQ(facts.policy, R"({"Statement":[]})");
  EXPECT_TRUE(facts.policy_required);
  EXPECT_EQ(facts.tags.at("team"), "blue");
}

TEST_F(StsAccessTest, OtherCallsNeedWhatAwsLists) {
  EXPECT_TRUE(Needs("GetCallerIdentity", Json::object()).empty());
  EXPECT_TRUE(Needs("GetSessionToken", Json::object()).empty());
  EXPECT_TRUE(Needs("AssumeRoleWithSAML", Json::object()).empty());
  EXPECT_EQ(Needs("GetFederationToken", {{"Name", "bob"}}).at(0).resource,
            "arn:aws:sts::123456789012:federated-user/bob");
  EXPECT_EQ(Needs("DecodeAuthorizationMessage", {{"EncodedMessage", "x"}}).at(0).action,
            "sts:DecodeAuthorizationMessage");
  const auto root = Needs("AssumeRoot", {{"TargetPrincipal", "210987654321"},
                                         {"TaskPolicyArn", {{"arn", "arn:aws:iam::aws:policy/root-task/X"}}}});
  EXPECT_EQ(root.at(0).resource, "arn:aws:iam::210987654321:root");
  EXPECT_EQ(One(root.at(0), "sts:TaskPolicyArn"), "arn:aws:iam::aws:policy/root-task/X");
}

TEST_F(StsTest, AResetForgetsSessions) {
  const Json answer = sts_.MustCall("AssumeRole", Role());
  sts_.world().Reset();
  EXPECT_FALSE(Find(answer["Credentials"]));
}

}  // namespace
}  // namespace stratolite::sts
