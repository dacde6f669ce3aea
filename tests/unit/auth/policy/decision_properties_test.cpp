// What holds of every decision, whatever the policies: thousands of generated situations, always the same ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "stratolite/auth/decision.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::auth {
namespace {

constexpr int kSituations = 2'000;
constexpr const char* kHome = "111111111111";
constexpr const char* kElsewhere = "222222222222";

/// Policies as lists of statements, so that tests may add to them and change their order.
struct Situation {
  using Statements = std::vector<Json>;
  using Level = std::vector<Statements>;
  Principal caller;
  std::string action;
  std::string resource;
  std::string resource_account;
  bool required = false;
  AccessContext context;
  std::vector<Level> service_control;
  std::vector<Level> resource_control;
  std::optional<Statements> resource_policy;
  std::vector<Statements> identity;
  std::optional<Statements> boundary;
  std::optional<std::vector<Statements>> session;
};

PolicyPtr CompiledStatements(const Situation::Statements& statements) {
  const Json document = {{"Version", "2012-10-17"}, {"Statement", statements}};
  auto policy = CompilePolicy(document.dump());
  if (!policy.ok()) throw std::logic_error(policy.error().message + ": " + document.dump());
  return *policy;
}

std::vector<NamedPolicy> CompiledAll(const std::vector<Situation::Statements>& all) {
  std::vector<NamedPolicy> out;
  for (const auto& statements : all) out.push_back({"p" + std::to_string(out.size()), CompiledStatements(statements)});
  return out;
}

Decision Decided(const Situation& in, std::vector<ConsideredStatement>* considered = nullptr) {
  ApplicablePolicies policies;
  for (const auto& level : in.service_control) policies.service_control.push_back(CompiledAll(level));
  for (const auto& level : in.resource_control) policies.resource_control.push_back(CompiledAll(level));
  if (in.resource_policy) policies.resource = NamedPolicy{"resource", CompiledStatements(*in.resource_policy)};
  policies.identity = CompiledAll(in.identity);
  if (in.boundary) policies.boundary = NamedPolicy{"boundary", CompiledStatements(*in.boundary)};
  if (in.session) policies.session = CompiledAll(*in.session);
  return Decide({in.caller, in.action, in.resource, in.resource_account, in.context, in.required}, policies,
                considered);
}

class SituationMaker {
 public:
  explicit SituationMaker(unsigned seed) : random_(seed) {}

  std::size_t Below(std::size_t bound) { return random_() % bound; }
  template <typename Range>
  void Shuffle(Range& range) {
    std::shuffle(range.begin(), range.end(), random_);
  }

  Json Statement(bool with_principal) {
    static const std::vector<std::string> kActions = {"s3:*", "s3:Get*", "s3:GetObject", "*", "s3:PutObject", "sqs:*"};
    static const std::vector<std::string> kResources = {"*", "arn:aws:s3:::bucket/*", "arn:aws:s3:::other/?",
                                                        "arn:aws:s3:::bucket/${aws:username}"};
    Json out = {{"Effect", Below(5) == 0 ? "Deny" : "Allow"}};
    out[Below(8) == 0 ? "NotAction" : "Action"] = kActions[Below(kActions.size())];
    out[Below(8) == 0 ? "NotResource" : "Resource"] = kResources[Below(kResources.size())];
    if (Below(3) == 0) out["Condition"] = AnyCondition();
    if (with_principal) out[Below(10) == 0 ? "NotPrincipal" : "Principal"] = AnyPrincipal();
    return out;
  }

  Situation::Statements Policy(bool with_principal = false) {
    Situation::Statements out;
    for (std::size_t n = 1 + Below(3); n > 0; --n) out.push_back(Statement(with_principal));
    return out;
  }

  Situation Any() {
    Situation out;
    out.caller = AnyCaller();
    out.action = Below(2) == 0 ? "s3:GetObject" : "S3:putobject";
    out.resource = Below(2) == 0 ? "arn:aws:s3:::bucket/alice" : "arn:aws:s3:::other/x";
    out.resource_account = Below(3) == 0 ? kElsewhere : Below(2) == 0 ? kHome : "";
    out.required = Below(6) == 0;
    if (Below(2) == 0) out.context.Set("aws:username", "alice");
    if (Below(2) == 0) out.context.Set("aws:SourceIp", "10.0.0." + std::to_string(Below(9)));
    if (Below(2) == 0) out.context.Set("aws:TagKeys", AccessContext::Values{"a", Below(2) == 0 ? "b" : "c"});
    if (Below(4) == 0) out.service_control = {{Policy(), Policy()}, {Policy()}};
    if (Below(4) == 0) out.resource_control = {{Policy(true)}};
    if (Below(2) == 0) out.resource_policy = Policy(true);
    for (std::size_t n = Below(4); n > 0; --n) out.identity.push_back(Policy());
    if (Below(3) == 0) out.boundary = Policy();
    if (Below(3) == 0) out.session = {Policy(), Policy()};
    return out;
  }

  static Json ForEverything(std::string_view effect, bool with_principal) {
    Json out = {{"Effect", effect}, {"Action", "*"}, {"Resource", "*"}};
    if (with_principal) out["Principal"] = "*";
    return out;
  }

 private:
  Principal AnyCaller() {
    const AccountId home(kHome);
    switch (Below(6)) {
      case 0:
        return {.type = PrincipalType::kRoot, .account = home, .arn = "arn:aws:iam::111111111111:root"};
      case 1:
        return {.type = PrincipalType::kAssumedRole,
                .account = home,
                .arn = "arn:aws:sts::111111111111:assumed-role/app/s",
                .user_id = "AROAX:s"};
      case 2:
        return {.type = PrincipalType::kAnonymous};
      case 3:
        return {.type = PrincipalType::kService, .arn = "sns.amazonaws.com"};
      default:
        return {.type = PrincipalType::kUser,
                .account = home,
                .arn = "arn:aws:iam::111111111111:user/alice",
                .user_id = "AIDAX"};
    }
  }

  Json AnyPrincipal() {
    static const std::vector<Json> kPrincipals = {
        "*",
        {{"AWS", "*"}},
        {{"AWS", "111111111111"}},
        {{"AWS", {"arn:aws:iam::111111111111:user/alice", "arn:aws:iam::111111111111:root"}}},
        {{"AWS", "arn:aws:iam::111111111111:role/app"}},
        {{"AWS", "arn:aws:sts::111111111111:assumed-role/app/s"}},
        {{"Service", "sns.amazonaws.com"}},
        {{"AWS", {"AIDAX", "AROAX"}}}};
    return kPrincipals[Below(kPrincipals.size())];
  }

  Json AnyCondition() {
    static const std::vector<Json> kConditions = {{{"IpAddress", {{"aws:SourceIp", "10.0.0.0/30"}}}},
                                                  {{"NotIpAddress", {{"aws:SourceIp", "10.0.0.0/30"}}}},
                                                  {{"StringEquals", {{"aws:username", {"alice", "bob"}}}}},
                                                  {{"StringNotLikeIfExists", {{"aws:username", "a*"}}}},
                                                  {{"ForAllValues:StringEquals", {{"aws:TagKeys", {"a", "b"}}}}},
                                                  {{"ForAnyValue:StringNotEquals", {{"aws:TagKeys", "a"}}}},
                                                  {{"Null", {{"aws:TagKeys", true}}}}};
    return kConditions[Below(kConditions.size())];
  }

  std::mt19937 random_;
};

/// Calls `check` with many situations and what is decided in them.
template <typename Check>
void ForEachSituation(unsigned seed, Check check) {
  SituationMaker maker(seed);
  int allowed = 0;
  for (int i = 0; i < kSituations && !::testing::Test::HasFatalFailure(); ++i) {
    const Situation situation = maker.Any();
    const Decision decision = Decided(situation);
    allowed += decision.allowed ? 1 : 0;
    SCOPED_TRACE("situation " + std::to_string(i));
    check(situation, decision, maker);
  }
  // Neither always nor never, else nothing was tested.
  EXPECT_GT(allowed, kSituations / 20);
  EXPECT_LT(allowed, kSituations * 19 / 20);
}

TEST(DecisionProperties, ADenialAnywhereDenies) {
  ForEachSituation(1, [](Situation situation, const Decision&, SituationMaker& maker) {
    switch (maker.Below(6)) {
      case 0:
        situation.identity.push_back({SituationMaker::ForEverything("Deny", false)});
        break;
      case 1:
        if (!situation.resource_policy) situation.resource_policy.emplace();
        situation.resource_policy->push_back(SituationMaker::ForEverything("Deny", true));
        break;
      case 2:
        if (!situation.boundary) situation.boundary.emplace();
        situation.boundary->push_back(SituationMaker::ForEverything("Deny", false));
        break;
      case 3:
        if (!situation.session) situation.session.emplace();
        situation.session->push_back({SituationMaker::ForEverything("Deny", false)});
        break;
      case 4:
        situation.service_control.push_back({{SituationMaker::ForEverything("Deny", false)}});
        break;
      default:
        situation.resource_control.push_back({{SituationMaker::ForEverything("Deny", true)}});
    }
    const Decision decision = Decided(situation);
    ASSERT_FALSE(decision.allowed);
    ASSERT_GE(decision.reason, AccessReason::kExplicitDenyServiceControl);
    ASSERT_LE(decision.reason, AccessReason::kExplicitDenySession);
  });
}

TEST(DecisionProperties, OrderNeverMatters) {
  ForEachSituation(2, [](Situation situation, const Decision& before, SituationMaker& maker) {
    for (auto& statements : situation.identity) maker.Shuffle(statements);
    maker.Shuffle(situation.identity);
    if (situation.resource_policy) maker.Shuffle(*situation.resource_policy);
    if (situation.boundary) maker.Shuffle(*situation.boundary);
    if (situation.session) maker.Shuffle(*situation.session);
    for (auto& level : situation.service_control) maker.Shuffle(level);
    maker.Shuffle(situation.service_control);
    const Decision after = Decided(situation);
    ASSERT_EQ(after.allowed, before.allowed);
    ASSERT_EQ(after.reason, before.reason);
  });
}

TEST(DecisionProperties, AnAllowMoreNeverRemovesAccess) {
  ForEachSituation(3, [](Situation situation, const Decision& before, SituationMaker& maker) {
    Json statement = maker.Statement(true);
    statement["Effect"] = "Allow";
    if (situation.resource_policy) situation.resource_policy->push_back(statement);
    statement.erase("Principal");
    statement.erase("NotPrincipal");
    for (auto& statements : situation.identity) statements.push_back(statement);
    if (situation.boundary) situation.boundary->push_back(statement);
    if (situation.session) situation.session->front().push_back(statement);
    ASSERT_GE(Decided(situation).allowed, before.allowed);
  });
}

TEST(DecisionProperties, ADenyMoreNeverAddsAccess) {
  ForEachSituation(4, [](Situation situation, const Decision& before, SituationMaker& maker) {
    Json statement = maker.Statement(true);
    statement["Effect"] = "Deny";
    if (situation.resource_policy) situation.resource_policy->push_back(statement);
    statement.erase("Principal");
    statement.erase("NotPrincipal");
    for (auto& statements : situation.identity) statements.push_back(statement);
    if (situation.boundary) situation.boundary->push_back(statement);
    ASSERT_LE(Decided(situation).allowed, before.allowed);
  });
}

TEST(DecisionProperties, BoundariesSessionsAndOrganizationsOnlyReduce) {
  ForEachSituation(5, [](Situation situation, const Decision& before, SituationMaker& maker) {
    switch (maker.Below(4)) {
      case 0:
        if (situation.boundary) return;
        situation.boundary = maker.Policy();
        break;
      case 1:
        // A federated user's may be all that it has; there are none among these callers.
        if (situation.session) return;
        situation.session = {maker.Policy()};
        break;
      case 2:
        situation.service_control.push_back({maker.Policy()});
        break;
      default:
        situation.resource_control.push_back({maker.Policy(true)});
    }
    ASSERT_LE(Decided(situation).allowed, before.allowed);
  });
}

TEST(DecisionProperties, LookingAtEveryStatementChangesNothing) {
  ForEachSituation(6, [](const Situation& situation, const Decision& before, SituationMaker&) {
    std::vector<ConsideredStatement> considered;
    const Decision decision = Decided(situation, &considered);
    ASSERT_EQ(decision.allowed, before.allowed);
    ASSERT_EQ(decision.reason, before.reason);
    ASSERT_EQ(decision.statement, before.statement);
    for (const ConsideredStatement& one : considered) ASSERT_EQ(one.matched, one.failed_part.empty());
  });
}

TEST(DecisionProperties, AcrossAccountsBothMustAllow) {
  ForEachSituation(7, [](Situation situation, const Decision&, SituationMaker&) {
    if (situation.caller.account.empty()) return;
    situation.resource_account = kElsewhere;
    const bool both = Decided(situation).allowed;
    Situation without = situation;
    without.resource_policy.reset();
    ASSERT_FALSE(Decided(without).allowed);
    situation.resource_account = kHome;
    situation.required = false;
    ASSERT_LE(both, Decided(situation).allowed);
  });
}

}  // namespace
}  // namespace stratolite::auth
