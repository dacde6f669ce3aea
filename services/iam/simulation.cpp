#include "iam/simulation.hpp"

#include <algorithm>
#include <map>

#include "iam/errors.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::iam {
namespace {

constexpr std::string_view kAllowedDecision = "allowed";
constexpr std::string_view kExplicitDenial = "explicitDeny";
constexpr std::string_view kImplicitDenial = "implicitDeny";
constexpr std::string_view kAllowEverything =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";

/// The account in an ARN; empty where it has none, as buckets' have.
std::string_view AccountOf(std::string_view arn) {
  for (int part = 0; part < 4; ++part) {
    const auto colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  const auto account = arn.substr(0, arn.find(':'));
  return IsAccountId(account) ? account : std::string_view();
}

Json ToJson(const TextPosition& position) { return {{"Line", position.line}, {"Column", position.column}}; }

Json ToJson(const SimulatedPolicy& policy, const SimulatedPolicy::Statement& statement) {
  return {{"SourcePolicyId", policy.id},
          {"SourcePolicyType", policy.type},
          {"StartPosition", ToJson(statement.position.start)},
          {"EndPosition", ToJson(statement.position.end)}};
}

bool IsExplicitDenial(auth::AccessReason reason) {
  return reason >= auth::AccessReason::kExplicitDenyServiceControl &&
         reason <= auth::AccessReason::kExplicitDenySession;
}

/// Whether a statement was about something else, whatever its conditions say.
bool IsAboutAnother(const auth::ConsideredStatement& considered) {
  return !considered.matched && !considered.failed_part.starts_with("Condition");
}

/// What a list of policies said, statement by statement, in the order in which the engine asked them.
struct Said {
  const SimulatedPolicy* policy;
  const SimulatedPolicy::Statement* statement;
  const auth::ConsideredStatement* considered;
};

std::vector<Said> Pair(const std::vector<const SimulatedPolicy*>& policies,
                       const std::vector<auth::ConsideredStatement>& considered, std::string_view kind) {
  std::vector<const auth::ConsideredStatement*> of_kind;
  for (const auto& one : considered) {
    if (one.kind == kind) of_kind.push_back(&one);
  }
  std::vector<Said> said;
  std::size_t next = 0;
  for (const SimulatedPolicy* policy : policies) {
    for (const auto& statement : policy->statements) {
      if (next < of_kind.size()) said.push_back({policy, &statement, of_kind[next++]});
    }
  }
  return said;
}

/// What these statements alone come to.
std::string_view DecisionOf(const std::vector<Said>& said) {
  bool allows = false;
  for (const Said& one : said) {
    if (!one.considered->matched) continue;
    if (!one.considered->allows) return kExplicitDenial;
    allows = true;
  }
  return allows ? kAllowedDecision : kImplicitDenial;
}

void AddOnce(Json& list, Json value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

/// The stricter of two decisions.
std::string Stricter(const std::string& one, const std::string& other) {
  for (const std::string_view decision : {kExplicitDenial, kImplicitDenial}) {
    if (one == decision || other == decision) return std::string(decision);
  }
  return std::string(kAllowedDecision);
}

}  // namespace

Result<SimulatedPolicy> ReadSimulatedPolicy(std::string id, std::string type, std::string_view document) {
  auto policy = auth::CompilePolicy(document);
  if (!policy.ok()) return InvalidInput(policy.error().message);
  SimulatedPolicy simulated{.id = std::move(id), .type = std::move(type), .policy = *policy, .statements = {}};
  const Json parsed = ParseJsonText(document);
  const Json& given = parsed.at("Statement");
  const Json statements = given.is_array() ? given : Json::array({given});
  const auto positions = FindStatements(document);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    Json alone = {{"Statement", statements[i]}};
    if (parsed.contains("Version")) alone["Version"] = parsed["Version"];
    const auto compiled = auth::CompilePolicy(alone.dump());
    simulated.statements.push_back({i < positions.size() ? positions[i] : StatementPosition(),
                                    compiled.ok() ? auth::ContextKeysOf(**compiled) : std::vector<std::string>()});
  }
  return simulated;
}

auth::ApplicablePolicies Simulation::Applicable() const {
  auth::ApplicablePolicies policies;
  for (const auto& policy : identity) policies.identity.push_back({policy.id, policy.policy});
  if (boundary) policies.boundary = auth::NamedPolicy{boundary->id, boundary->policy};
  if (resource) policies.resource = auth::NamedPolicy{resource->id, resource->policy};
  if (service_control) policies.service_control = *service_control;
  return policies;
}

bool Simulation::AllowedByOrganization(const auth::AccessQuestion& question) const {
  if (!service_control) return true;
  const auto everything = auth::CompilePolicy(kAllowEverything);
  auth::AccessQuestion own = question;
  own.resource_account = {};
  auth::ApplicablePolicies policies;
  policies.service_control = *service_control;
  policies.identity.push_back({"everything", *everything});
  return auth::Decide(own, policies).allowed;
}

Simulation::Outcome Simulation::Ask(const std::string& action, const std::string& resource_arn) const {
  const std::string_view in_arn = AccountOf(resource_arn);
  const std::string owner(in_arn.empty() ? std::string_view(resource_owner) : in_arn);
  const auth::AccessQuestion question{
      .caller = caller, .action = action, .resource = resource_arn, .resource_account = owner, .context = context};
  std::vector<auth::ConsideredStatement> considered;
  const auto decision = auth::Decide(question, Applicable(), &considered);

  std::vector<const SimulatedPolicy*> identities;
  for (const auto& policy : identity) identities.push_back(&policy);
  const auto by_identity = Pair(identities, considered, "identity");
  const auto by_resource = resource ? Pair({&*resource}, considered, "resource") : std::vector<Said>();
  const auto by_boundary = boundary ? Pair({&*boundary}, considered, "boundary") : std::vector<Said>();

  Outcome outcome;
  outcome.decision = std::string(decision.allowed                    ? kAllowedDecision
                                 : IsExplicitDenial(decision.reason) ? kExplicitDenial
                                                                     : kImplicitDenial);
  outcome.by_organization = AllowedByOrganization(question);
  outcome.by_boundary = !boundary || DecisionOf(by_boundary) == kAllowedDecision;
  outcome.across_accounts = !owner.empty() && owner != caller.account.str();
  if (outcome.across_accounts && outcome.by_organization) {
    outcome.details["IAM Policy"] = DecisionOf(by_identity);
    outcome.details["Resource Policy"] = DecisionOf(by_resource);
    if (boundary) outcome.details["Permissions Boundary Policy"] = DecisionOf(by_boundary);
  }
  for (const auto* said : {&by_identity, &by_resource, &by_boundary}) {
    for (const Said& one : *said) {
      // A boundary's allowance gives nothing: only what it denies decides.
      const bool decides = one.considered->matched && outcome.decision != kImplicitDenial &&
                           one.considered->allows == decision.allowed &&
                           !(one.considered->allows && said == &by_boundary);
      if (decides) outcome.statements.push_back(ToJson(*one.policy, *one.statement));
      if (IsAboutAnother(*one.considered)) continue;
      for (const auto& key : one.statement->keys) {
        if (context.Find(key) == nullptr) AddOnce(outcome.missing, key);
      }
    }
  }
  return outcome;
}

Json Simulation::Evaluate(const std::string& action, const std::vector<std::string>& resources) const {
  const bool any = resources.size() == 1 && resources.front() == "*";
  Json result = {{"EvalActionName", action},
                 {"EvalResourceName", resources.size() == 1 ? resources.front() : "*"},
                 {"EvalDecision", kAllowedDecision},
                 {"MatchedStatements", Json::array()},
                 {"MissingContextValues", Json::array()}};
  Json specific = Json::array();
  bool by_boundary = true;
  bool by_organization = true;
  Json details = Json::object();
  for (const auto& resource_arn : resources) {
    const Outcome outcome = Ask(action, resource_arn);
    result["EvalDecision"] = Stricter(result["EvalDecision"].get<std::string>(), outcome.decision);
    by_boundary = by_boundary && outcome.by_boundary;
    by_organization = by_organization && outcome.by_organization;
    for (const auto& statement : outcome.statements) AddOnce(result["MatchedStatements"], statement);
    for (const auto& key : outcome.missing) AddOnce(result["MissingContextValues"], key);
    for (const auto& [source, decided] : outcome.details.items()) {
      details[source] = Stricter(details.value(source, std::string(kAllowedDecision)), decided.get<std::string>());
    }
    Json one = {{"EvalResourceName", resource_arn},
                {"EvalResourceDecision", outcome.decision},
                {"MatchedStatements", outcome.statements},
                {"MissingContextValues", outcome.missing}};
    if (outcome.across_accounts && outcome.by_organization) one["EvalDecisionDetails"] = outcome.details;
    if (boundary) one["PermissionsBoundaryDecisionDetail"] = {{"AllowedByPermissionsBoundary", outcome.by_boundary}};
    specific.push_back(std::move(one));
  }
  // Only the statements that made the reported decision: of several resources the one that was denied says it.
  if (resources.size() > 1 && result["EvalDecision"] != kAllowedDecision) {
    result["MatchedStatements"] = Json::array();
    for (const auto& one : specific) {
      if (one["EvalResourceDecision"] != result["EvalDecision"]) continue;
      for (const auto& statement : one["MatchedStatements"]) AddOnce(result["MatchedStatements"], statement);
    }
  }
  if (service_control) result["OrganizationsDecisionDetail"] = {{"AllowedByOrganizations", by_organization}};
  if (boundary) result["PermissionsBoundaryDecisionDetail"] = {{"AllowedByPermissionsBoundary", by_boundary}};
  if (!any || !details.empty()) {
    if (by_organization) result["EvalDecisionDetails"] = std::move(details);
  }
  if (!any) result["ResourceSpecificResults"] = std::move(specific);
  return result;
}

}  // namespace stratolite::iam
