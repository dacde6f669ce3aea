#include "service/request_context.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "stratolite/wire/http_message.hpp"

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

/// Asks for a value only if somebody looks at the key.
class KeyWriter {
 public:
  KeyWriter(const WantedKeys& wanted, AccessContext& context) : wanted_(wanted), context_(context) {}

  template <typename Make>
  void Set(std::string_view name, Make&& make) {
    if (wanted_.Has(name)) context_.Set(name, make());
  }
  void SetText(std::string_view name, std::string_view value) {
    if (wanted_.Has(name)) context_.Set(name, std::string(value));
  }
  void SetTruth(std::string_view name, bool value) { SetText(name, value ? "true" : "false"); }
  void SetTags(std::string_view prefix, const std::map<std::string, std::string>& tags) {
    if (tags.empty() || !wanted_.HasPrefix(prefix)) return;
    for (const auto& [key, value] : tags) context_.Set(std::string(prefix).append(key), value);
  }

 private:
  const WantedKeys& wanted_;
  AccessContext& context_;
};

void AddSessionKeys(const RequestFacts& facts, KeyWriter& keys) {
  const Principal& caller = facts.call.caller;
  const bool temporary = caller.issued_at.has_value() || facts.call.access_key_id.starts_with(kTemporaryKeyPrefix);
  // Absent for long-term keys, which is what `BoolIfExists` is for.
  if (temporary) keys.SetTruth("aws:MultiFactorAuthPresent", caller.mfa_authenticated);
  if (caller.issued_at) {
    keys.Set("aws:TokenIssueTime", [&] { return FormatIso8601(*caller.issued_at); });
    if (caller.mfa_authenticated) {
      const auto age = std::chrono::floor<std::chrono::seconds>(facts.now - *caller.issued_at);
      keys.Set("aws:MultiFactorAuthAge", [&] { return std::to_string(std::max<std::int64_t>(age.count(), 0)); });
    }
  }
  if (!caller.source_identity.empty()) keys.SetText("aws:SourceIdentity", caller.source_identity);
}

void AddPrincipalKeys(const RequestFacts& facts, KeyWriter& keys) {
  const Principal& caller = facts.call.caller;
  keys.SetText("aws:PrincipalType", PrincipalTypeName(caller.type));
  const bool service = caller.type == PrincipalType::kService;
  keys.SetTruth("aws:PrincipalIsAWSService", service);
  if (service) {
    keys.SetText("aws:PrincipalServiceName", caller.arn);
    keys.SetText("aws:PrincipalServiceNamesList", caller.arn);
    return;
  }
  if (caller.type == PrincipalType::kAnonymous) return keys.SetText("aws:userid", "anonymous");
  // Of a role session: the role's.
  const bool role = caller.type == PrincipalType::kAssumedRole && !caller.issuer_arn.empty();
  keys.SetText("aws:PrincipalArn", role ? caller.issuer_arn : caller.arn);
  keys.SetText("aws:PrincipalAccount", caller.account.str());
  keys.SetText("aws:userid", caller.user_id);
  if (!facts.identity.user_name.empty() && caller.type == PrincipalType::kUser)
    keys.SetText("aws:username", facts.identity.user_name);
  if (!facts.membership.organization_id.empty()) {
    keys.SetText("aws:PrincipalOrgID", facts.membership.organization_id);
    keys.Set("aws:PrincipalOrgPaths", [&] { return AccessContext::Values{facts.membership.path}; });
  }
  // A session's own tags take the place of its role's or user's.
  keys.SetTags("aws:PrincipalTag/", facts.identity.tags);
  keys.SetTags("aws:PrincipalTag/", caller.tags);
  AddSessionKeys(facts, keys);
}

}  // namespace

bool WantedKeys::Has(std::string_view name) const {
  return all || std::any_of(names.begin(), names.end(),
                            [&](std::string_view wanted) { return wire::EqualsIgnoreCase(wanted, name); });
}

bool WantedKeys::HasPrefix(std::string_view prefix) const {
  return all || std::any_of(names.begin(), names.end(), [&](std::string_view wanted) {
           return wire::EqualsIgnoreCase(wanted.substr(0, prefix.size()), prefix);
         });
}

void AddRequestKeys(const RequestFacts& facts, const WantedKeys& wanted, AccessContext& context) {
  KeyWriter keys(wanted, context);
  const Call& call = facts.call;
  AddPrincipalKeys(facts, keys);
  if (IsAddress(call.source_ip)) keys.SetText("aws:SourceIp", call.source_ip);
  const bool global = std::find(kGlobalServices.begin(), kGlobalServices.end(), facts.service) != kGlobalServices.end();
  keys.SetText("aws:RequestedRegion", global ? kGlobalRegion : std::string_view(call.scope.region.str()));
  keys.SetTruth("aws:SecureTransport", call.tls);
  keys.Set("aws:CurrentTime", [&] { return FormatIso8601(facts.now); });
  keys.Set("aws:EpochTime", [&] { return std::to_string(EpochSeconds(facts.now)); });
  keys.SetTruth("aws:ViaAWSService", false);
  if (!call.user_agent.empty()) keys.SetText("aws:UserAgent", call.user_agent);
  if (call.headers != nullptr) {
    if (const auto referer = call.headers->Get("referer"); !referer.empty()) keys.SetText("aws:Referer", referer);
  }
  keys.SetText("aws:ResourceAccount", facts.resource_account);
  if (!facts.resource_membership.organization_id.empty()) {
    keys.SetText("aws:ResourceOrgID", facts.resource_membership.organization_id);
    keys.Set("aws:ResourceOrgPaths", [&] { return AccessContext::Values{facts.resource_membership.path}; });
  }
}

}  // namespace stratolite
