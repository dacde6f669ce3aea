#include "service/access_trace.hpp"

#include <optional>
#include <utility>

namespace stratolite {
namespace {

using auth::AccessReason;

/// More kinds of policies than there are.
constexpr int kMostRemedies = 8;

bool IsExplicitDeny(AccessReason reason) {
  switch (reason) {
    case AccessReason::kExplicitDenyServiceControl:
    case AccessReason::kExplicitDenyResourceControl:
    case AccessReason::kExplicitDenyResource:
    case AccessReason::kExplicitDenyIdentity:
    case AccessReason::kExplicitDenyBoundary:
    case AccessReason::kExplicitDenySession:
      return true;
    default:
      return false;
  }
}

std::string_view PrincipalTypeLabel(auth::PrincipalType type) {
  switch (type) {
    case auth::PrincipalType::kRoot:
      return "root user";
    case auth::PrincipalType::kUser:
      return "user";
    case auth::PrincipalType::kAssumedRole:
      return "role session";
    case auth::PrincipalType::kFederatedUser:
      return "federated user";
    case auth::PrincipalType::kService:
      return "AWS service";
    case auth::PrincipalType::kFederatedIdentity:
      return "federated identity";
    case auth::PrincipalType::kAnonymous:
      break;
  }
  return "anonymous";
}

/// Who a resource's policy has to name.
Json PrincipalElement(const auth::Principal& caller) {
  if (caller.type == auth::PrincipalType::kAnonymous) return "*";
  if (caller.type == auth::PrincipalType::kService) return {{"Service", caller.arn}};
  const bool role = caller.type == auth::PrincipalType::kAssumedRole && !caller.issuer_arn.empty();
  return {{"AWS", role ? caller.issuer_arn : caller.arn}};
}

Json AllowStatement(const AccessNeed& need) {
  return {{"Effect", "Allow"}, {"Action", need.action}, {"Resource", need.resource}};
}

std::optional<auth::NamedPolicy> CompileStatement(const Json& statement) {
  const Json document = {{"Version", "2012-10-17"}, {"Statement", Json::array({statement})}};
  auto policy = auth::CompilePolicy(document.dump());
  if (!policy.ok()) return std::nullopt;
  return auth::NamedPolicy{"remedy", *std::move(policy)};
}

/// The policies as they would be with the statement in those of the kind that `reason` names; nullopt: no statement helps.
std::optional<Remedy> AddRemedy(AccessReason reason, const AccessTrace& trace, const auth::Principal& caller,
                                auth::ApplicablePolicies& policies) {
  Json statement = AllowStatement(trace.need);
  if (reason == AccessReason::kNoResourceAllows) statement["Principal"] = PrincipalElement(caller);
  if (reason == AccessReason::kNoResourceControlAllows) statement["Principal"] = "*";
  auto policy = CompileStatement(statement);
  if (!policy) return std::nullopt;
  switch (reason) {
    case AccessReason::kNoIdentityAllows:
      policies.identity.push_back(*std::move(policy));
      return Remedy{"identity", std::move(statement)};
    case AccessReason::kNoResourceAllows:
      policies.resource = std::move(policy);
      return Remedy{"resource", std::move(statement)};
    case AccessReason::kNoBoundaryAllows:
      policies.boundary = std::move(policy);
      return Remedy{"boundary", std::move(statement)};
    case AccessReason::kNoSessionAllows:
      policies.session = std::vector{*std::move(policy)};
      return Remedy{"session", std::move(statement)};
    case AccessReason::kNoServiceControlAllows:
      for (auto& level : policies.service_control) level.push_back(*policy);
      return Remedy{"service control", std::move(statement)};
    case AccessReason::kNoResourceControlAllows:
      for (auto& level : policies.resource_control) level.push_back(*policy);
      return Remedy{"resource control", std::move(statement)};
    default:
      return std::nullopt;
  }
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json DescribeNeed(const AccessTrace& trace) {
  return {{"action", trace.need.action},
          {"resource", trace.need.resource},
          {"resourceAccount", TextOrNull(trace.resource_account)},
          {"allowed", trace.decision.allowed},
          {"reason", DescribeReason(trace.decision.reason)},
          {"policy", TextOrNull(trace.decision.policy)},
          {"statement", TextOrNull(trace.decision.statement)}};
}

Json DescribeStatements(const std::vector<auth::ConsideredStatement>& considered) {
  Json out = Json::array();
  for (const auth::ConsideredStatement& statement : considered) {
    out.push_back({{"kind", statement.kind},
                   {"policy", statement.policy},
                   {"statement", statement.statement},
                   {"effect", statement.allows ? "Allow" : "Deny"},
                   {"matched", statement.matched},
                   {"failedPart", TextOrNull(statement.failed_part)}});
  }
  return out;
}

Json DescribeContext(const auth::AccessContext& context) {
  Json out = Json::object();
  for (const auto& key : context.keys()) out[key.name] = key.values;
  return out;
}

Json Items(Json items) { return {{"items", std::move(items)}}; }

}  // namespace

std::string_view DescribeReason(AccessReason reason) {
  switch (reason) {
    case AccessReason::kAllowed:
      return "allowed";
    case AccessReason::kRoot:
      return "the account's root user may";
    case AccessReason::kExplicitDenyServiceControl:
      return "a service control policy denies it";
    case AccessReason::kExplicitDenyResourceControl:
      return "a resource control policy denies it";
    case AccessReason::kExplicitDenyResource:
      return "the resource's policy denies it";
    case AccessReason::kExplicitDenyIdentity:
      return "an identity-based policy denies it";
    case AccessReason::kExplicitDenyBoundary:
      return "the permissions boundary denies it";
    case AccessReason::kExplicitDenySession:
      return "a session policy denies it";
    case AccessReason::kNoServiceControlAllows:
      return "no service control policy allows it";
    case AccessReason::kNoResourceControlAllows:
      return "no resource control policy allows it";
    case AccessReason::kNoResourceAllows:
      return "no resource-based policy allows it";
    case AccessReason::kNoIdentityAllows:
      return "no identity-based policy allows it";
    case AccessReason::kNoBoundaryAllows:
      return "no permissions boundary allows it";
    case AccessReason::kNoSessionAllows:
      return "no session policy allows it";
  }
  return "";
}

std::vector<Remedy> FindRemedies(const AccessTrace& trace, const auth::Principal& caller) {
  std::vector<Remedy> remedies;
  auth::ApplicablePolicies policies = trace.policies;
  auth::Decision decision = trace.decision;
  for (int i = 0; i < kMostRemedies && !decision.allowed; ++i) {
    if (IsExplicitDeny(decision.reason)) return {};
    auto remedy = AddRemedy(decision.reason, trace, caller, policies);
    if (!remedy) return {};
    remedies.push_back(*std::move(remedy));
    decision = auth::Decide(trace.Question(caller), policies);
  }
  return decision.allowed ? remedies : std::vector<Remedy>();
}

Json DescribeTraces(std::string_view service, const Call& call, const std::vector<AccessTrace>& traces) {
  Json out = {{"service", service},
              {"operation", call.operation},
              {"principal",
               {{"type", PrincipalTypeLabel(call.caller.type)},
                {"arn", TextOrNull(call.caller.arn)},
                {"account", call.caller.account.str()}}},
              {"accessKeyId", TextOrNull(call.access_key_id)}};
  Json needs = Json::array();
  for (const AccessTrace& trace : traces) needs.push_back(DescribeNeed(trace));
  out["needs"] = std::move(needs);
  if (traces.empty()) return out;
  const AccessTrace& first = traces.front();
  std::vector<auth::ConsideredStatement> considered;
  auth::Decide(first.Question(call.caller), first.policies, &considered);
  out["context"] = DescribeContext(first.context);
  out["statements"] = DescribeStatements(considered);
  Json remedies = Json::array();
  for (Remedy& remedy : FindRemedies(first, call.caller))
    remedies.push_back({{"policyKind", remedy.kind}, {"statement", std::move(remedy.statement)}});
  out["wouldAllow"] = std::move(remedies);
  return out;
}

Json DescribeForDecoding(const Call& call, const AccessTrace& trace) {
  std::vector<auth::ConsideredStatement> considered;
  const auth::Decision decision = auth::Decide(trace.Question(call.caller), trace.policies, &considered);
  Json matched = Json::array();
  for (const auth::ConsideredStatement& statement : considered) {
    if (!statement.matched) continue;
    matched.push_back({{"statementId", statement.statement},
                       {"effect", statement.allows ? "ALLOW" : "DENY"},
                       {"sourcePolicyId", statement.policy}});
  }
  Json conditions = Json::array();
  for (const auto& key : trace.context.keys()) {
    Json values = Json::array();
    for (const std::string& value : key.values) values.push_back({{"value", value}});
    conditions.push_back({{"key", key.name}, {"values", Items(std::move(values))}});
  }
  const std::string& arn = call.caller.arn;
  return {{"allowed", decision.allowed},
          {"explicitDeny", IsExplicitDeny(decision.reason)},
          {"matchedStatements", Items(std::move(matched))},
          {"failures", Items(Json::array())},
          {"context",
           {{"principal", {{"id", call.caller.user_id}, {"name", arn.substr(arn.rfind('/') + 1)}, {"arn", arn}}},
            {"action", trace.need.action},
            {"resource", trace.need.resource},
            {"conditions", Items(std::move(conditions))}}}};
}

}  // namespace stratolite
