#include "service/request_context.hpp"

#include <algorithm>
#include <array>

namespace stratolite {
namespace {

using auth::AccessContext;
using auth::Principal;
using auth::PrincipalType;

constexpr std::string_view kTemporaryKeyPrefix = "ASIA";
/// Their endpoints are in one region, whatever the signer says: https://docs.aws.amazon.com/general/latest/gr/iam-service.html
constexpr std::array<std::string_view, 5> kGlobalServices = {"iam", "organizations", "route53", "cloudfront",
                                                             "account"};
constexpr std::string_view kGlobalRegion = "us-east-1";

std::string_view TruthName(bool value) { return value ? "true" : "false"; }

std::string_view PrincipalTypeName(PrincipalType type) {
  switch (type) {
    case PrincipalType::kRoot:
      return "Account";
    case PrincipalType::kUser:
      return "User";
    case PrincipalType::kAssumedRole:
      return "AssumedRole";
    case PrincipalType::kFederatedUser:
      return "FederatedUser";
    case PrincipalType::kService:
      return "Service";
    case PrincipalType::kAnonymous:
    case PrincipalType::kFederatedIdentity:
      break;
  }
  return "Anonymous";
}

bool IsAddress(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' || c == ':';
  });
}

/// `aws:PrincipalTag/…`: a session's own tags take the place of its role's or user's.
void AddPrincipalTags(const RequestFacts& facts, AccessContext& context) {
  const auto add = [&](const std::map<std::string, std::string>& tags) {
    for (const auto& [key, value] : tags) context.Set("aws:PrincipalTag/" + key, value);
  };
  add(facts.identity.tags);
  add(facts.call.caller.tags);
}

void AddSessionKeys(const RequestFacts& facts, AccessContext& context) {
  const Principal& caller = facts.call.caller;
  const bool temporary = caller.issued_at.has_value() || facts.call.access_key_id.starts_with(kTemporaryKeyPrefix);
  // Absent for long-term keys, which is what `BoolIfExists` is for.
  if (temporary) context.Set("aws:MultiFactorAuthPresent", std::string(TruthName(caller.mfa_authenticated)));
  if (caller.issued_at) {
    context.Set("aws:TokenIssueTime", FormatIso8601(*caller.issued_at));
    if (caller.mfa_authenticated) {
      const auto age = std::chrono::floor<std::chrono::seconds>(facts.now - *caller.issued_at);
      context.Set("aws:MultiFactorAuthAge", std::to_string(std::max<std::int64_t>(age.count(), 0)));
    }
  }
  if (!caller.source_identity.empty()) context.Set("aws:SourceIdentity", caller.source_identity);
}

void AddPrincipalKeys(const RequestFacts& facts, AccessContext& context) {
  const Principal& caller = facts.call.caller;
  context.Set("aws:PrincipalType", std::string(PrincipalTypeName(caller.type)));
  const bool service = caller.type == PrincipalType::kService;
  context.Set("aws:PrincipalIsAWSService", std::string(TruthName(service)));
  if (service) {
    context.Set("aws:PrincipalServiceName", caller.arn);
    context.Set("aws:PrincipalServiceNamesList", caller.arn);
    return;
  }
  if (caller.type == PrincipalType::kAnonymous) return context.Set("aws:userid", std::string("anonymous"));
  // Of a role session: the role's.
  const bool role = caller.type == PrincipalType::kAssumedRole && !caller.issuer_arn.empty();
  context.Set("aws:PrincipalArn", role ? caller.issuer_arn : caller.arn);
  context.Set("aws:PrincipalAccount", caller.account.str());
  context.Set("aws:userid", caller.user_id);
  if (!facts.identity.user_name.empty() && caller.type == PrincipalType::kUser)
    context.Set("aws:username", facts.identity.user_name);
  if (!facts.membership.organization_id.empty()) {
    context.Set("aws:PrincipalOrgID", facts.membership.organization_id);
    context.Set("aws:PrincipalOrgPaths", AccessContext::Values{facts.membership.path});
  }
  AddPrincipalTags(facts, context);
  AddSessionKeys(facts, context);
}

}  // namespace

void AddRequestKeys(const RequestFacts& facts, AccessContext& context) {
  const Call& call = facts.call;
  AddPrincipalKeys(facts, context);
  if (IsAddress(call.source_ip)) context.Set("aws:SourceIp", call.source_ip);
  const bool global = std::find(kGlobalServices.begin(), kGlobalServices.end(), facts.service) != kGlobalServices.end();
  context.Set("aws:RequestedRegion", global ? std::string(kGlobalRegion) : call.scope.region.str());
  context.Set("aws:SecureTransport", std::string(TruthName(call.tls)));
  context.Set("aws:CurrentTime", FormatIso8601(facts.now));
  context.Set("aws:EpochTime", std::to_string(EpochSeconds(facts.now)));
  context.Set("aws:ViaAWSService", std::string(TruthName(false)));
  if (!call.user_agent.empty()) context.Set("aws:UserAgent", call.user_agent);
  if (call.headers != nullptr) {
    if (const auto referer = call.headers->Get("referer"); !referer.empty())
      context.Set("aws:Referer", std::string(referer));
  }
  context.Set("aws:ResourceAccount", std::string(facts.resource_account));
  if (!facts.resource_membership.organization_id.empty()) {
    context.Set("aws:ResourceOrgID", facts.resource_membership.organization_id);
    context.Set("aws:ResourceOrgPaths", AccessContext::Values{facts.resource_membership.path});
  }
}

}  // namespace stratolite
