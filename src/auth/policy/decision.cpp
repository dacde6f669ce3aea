#include "stratolite/auth/decision.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "auth/policy/matching.hpp"

namespace stratolite::auth {
namespace language {
namespace {

/// The action in lower case; only names that no service has need memory for it.
class LoweredAction {
 public:
  explicit LoweredAction(std::string_view action) {
    char* out = fixed_.data();
    if (action.size() > fixed_.size()) {
      large_.resize(action.size());
      out = large_.data();
    }
    for (std::size_t i = 0; i < action.size(); ++i) {
      const char c = action[i];
      out[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    view_ = {out, action.size()};
  }
  LoweredAction(const LoweredAction&) = delete;
  LoweredAction& operator=(const LoweredAction&) = delete;
  std::string_view view() const { return view_; }

 private:
  std::array<char, 128> fixed_;
  std::string large_;
  std::string_view view_;
};

struct Hit {
  const NamedPolicy* policy = nullptr;
  const Statement* statement = nullptr;
  explicit operator bool() const { return statement != nullptr; }
};

/// What the policies of one kind say.
struct Findings {
  Hit denial;
  Hit allowance;
  /// The most that an allowing statement gives.
  Grant grant = Grant::kNone;
};

class Evaluation {
 public:
  Evaluation(const AccessQuestion& question, const ApplicablePolicies& policies,
             std::vector<ConsideredStatement>* considered)
      : question_(question), policies_(policies), action_(question.action), considered_(considered) {}

  Decision Run() {
    const Findings service_control =
        AskLevels(policies_.service_control, "service control", PrincipalRule::kIgnored, &service_control_allows_);
    const Findings resource_control =
        AskLevels(policies_.resource_control, "resource control", PrincipalRule::kOptional, &resource_control_allows_);
    if (policies_.resource) resource_ = Ask({&*policies_.resource, 1}, "resource", PrincipalRule::kRequired);
    identity_ = Ask(policies_.identity, "identity", PrincipalRule::kIgnored);
    if (policies_.boundary) boundary_ = Ask({&*policies_.boundary, 1}, "boundary", PrincipalRule::kIgnored);
    if (policies_.session) session_ = Ask(*policies_.session, "session", PrincipalRule::kIgnored);

    if (service_control.denial) return Denied(AccessReason::kExplicitDenyServiceControl, service_control.denial);
    if (resource_control.denial) return Denied(AccessReason::kExplicitDenyResourceControl, resource_control.denial);
    if (resource_.denial) return Denied(AccessReason::kExplicitDenyResource, resource_.denial);
    if (identity_.denial) return Denied(AccessReason::kExplicitDenyIdentity, identity_.denial);
    if (boundary_.denial) return Denied(AccessReason::kExplicitDenyBoundary, boundary_.denial);
    if (session_.denial) return Denied(AccessReason::kExplicitDenySession, session_.denial);
    if (!resource_control_allows_) return Denied(AccessReason::kNoResourceControlAllows);
    if (!service_control_allows_) return Denied(AccessReason::kNoServiceControlAllows);
    if (HasNoIdentity()) return ResourceAlone();
    return SameAccount() ? WithinAccount() : AcrossAccounts();
  }

 private:
  /// Nobody whom an account's policies could be about.
  bool HasNoIdentity() const {
    switch (question_.caller.type) {
      case PrincipalType::kAnonymous:
      case PrincipalType::kService:
      case PrincipalType::kFederatedIdentity:
        return true;
      default:
        return false;
    }
  }

  bool SameAccount() const {
    return question_.resource_account.empty() || question_.resource_account == question_.caller.account.str();
  }

  /// A root user needs no policy of its own, nor does who was federated by one.
  bool IsRootInItsAccount() const {
    const Principal& caller = question_.caller;
    if (caller.type == PrincipalType::kRoot) return true;
    return caller.type == PrincipalType::kFederatedUser && caller.issuer_arn.ends_with(":root");
  }

  Decision ResourceAlone() const {
    if (!resource_.allowance) return Denied(AccessReason::kNoResourceAllows);
    return Allowed(resource_.allowance);
  }

  /// Either side suffices, but how much a resource's policy gives depends on whom it names.
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
  Decision WithinAccount() const {
    if (resource_.grant == Grant::kDirect) return Allowed(resource_.allowance);
    if (question_.resource_policy_required && !resource_.allowance) return Denied(AccessReason::kNoResourceAllows);
    return OwnSide(resource_.grant == Grant::kIssuer);
  }

  /// Both accounts must allow. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
  Decision AcrossAccounts() const {
    Decision own = OwnSide(false);
    if (own.allowed && !resource_.allowance) return Denied(AccessReason::kNoResourceAllows);
    return own;
  }

  /// What the caller's account says: identity, boundary, session. `granted`: the identity's policies need not allow.
  Decision OwnSide(bool granted) const {
    const bool root = IsRootInItsAccount();
    if (!root && !granted && !identity_.allowance) return Denied(AccessReason::kNoIdentityAllows);
    if (policies_.boundary && !boundary_.allowance) return Denied(AccessReason::kNoBoundaryAllows);
    // Without session policies a federated user may do nothing.
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    const bool limited = policies_.session || question_.caller.type == PrincipalType::kFederatedUser;
    if (limited && !session_.allowance) return Denied(AccessReason::kNoSessionAllows);
    if (root && question_.caller.type == PrincipalType::kRoot && !limited) return {true, AccessReason::kRoot, {}, {}};
    if (granted) return Allowed(resource_.allowance);
    return Allowed(identity_.allowance ? identity_.allowance : session_.allowance);
  }

  Findings Ask(std::span<const NamedPolicy> policies, std::string_view kind, PrincipalRule principals) {
    const StatementQuestion question{question_.caller, action_.view(), question_.resource, question_.context,
                                     principals};
    Findings findings;
    for (const NamedPolicy& named : policies) {
      if (named.policy == nullptr) continue;
      for (const Statement& statement : named.policy->statements()) Ask(named, statement, question, kind, findings);
    }
    return findings;
  }

  void Ask(const NamedPolicy& named, const Statement& statement, const StatementQuestion& question,
           std::string_view kind, Findings& findings) {
    const bool known = statement.allows ? findings.grant == Grant::kDirect : bool{findings.denial};
    if (known && considered_ == nullptr) return;
    const StatementMatch match = MatchStatement(statement, question);
    if (considered_ != nullptr) {
      considered_->push_back(
          {kind, named.name, statement.name, statement.allows, match.matched(), DescribeFailedPart(statement, match)});
    }
    if (!match.matched()) return;
    if (!statement.allows) {
      if (!findings.denial) findings.denial = {&named, &statement};
    } else if (match.grant > findings.grant) {
      findings.grant = match.grant;
      findings.allowance = {&named, &statement};
    }
  }

  /// Each level must allow.
  Findings AskLevels(const std::vector<std::vector<NamedPolicy>>& levels, std::string_view kind,
                     PrincipalRule principals, bool* allows) {
    Findings all;
    for (const std::vector<NamedPolicy>& level : levels) {
      const Findings findings = Ask(level, kind, principals);
      if (!all.denial) all.denial = findings.denial;
      *allows = *allows && findings.allowance;
    }
    return all;
  }

  static Decision Denied(AccessReason reason, const Hit& hit = {}) { return Decided(false, reason, hit); }
  static Decision Allowed(const Hit& hit) { return Decided(true, AccessReason::kAllowed, hit); }
  static Decision Decided(bool allowed, AccessReason reason, const Hit& hit) {
    if (!hit) return {allowed, reason, {}, {}};
    return {allowed, reason, hit.policy->name, hit.statement->name};
  }

  const AccessQuestion& question_;
  const ApplicablePolicies& policies_;
  const LoweredAction action_;
  std::vector<ConsideredStatement>* const considered_;
  bool service_control_allows_ = true;
  bool resource_control_allows_ = true;
  Findings resource_;
  Findings identity_;
  Findings boundary_;
  Findings session_;
};

}  // namespace
}  // namespace language

Decision Decide(const AccessQuestion& question, const ApplicablePolicies& policies,
                std::vector<ConsideredStatement>* considered) {
  return language::Evaluation(question, policies, considered).Run();
}

}  // namespace stratolite::auth
