#include "sts/access_guide.hpp"

#include <string>
#include <utility>

#include "stratolite/ports/role_directory.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/iam_ports.hpp"

namespace stratolite::sts {
namespace {

void AddTagKeys(const Fields& in, auth::AccessContext& context) {
  auth::AccessContext::Values keys;
  for (const Json& tag : in.List("Tags")) {
    const std::string key = Fields(tag).StringOr("Key", "");
    context.Set("aws:RequestTag/" + key, Fields(tag).StringOr("Value", ""));
    keys.push_back(key);
  }
  if (!keys.empty()) context.Set("aws:TagKeys", std::move(keys));
}

void AddDuration(const Fields& in, std::string_view fallback, auth::AccessContext& context) {
  const auto asked = in.OptionalInt("DurationSeconds");
  context.Set("sts:DurationSeconds", asked ? std::to_string(*asked) : std::string(fallback));
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-sts
void NeedsOfAssumeRole(const Call& call, std::vector<AccessNeed>& needs) {
  const Fields in(call.input);
  AccessNeed assume;
  assume.action = "sts:AssumeRole";
  assume.resource = in.StringOr("RoleArn", "*");
  auth::AccessContext& context = assume.context;
  context.Set("sts:RoleSessionName", in.StringOr("RoleSessionName", ""));
  AddDuration(in, "3600", context);
  if (const auto id = in.OptionalString("ExternalId")) context.Set("sts:ExternalId", *id);
  const std::string source_identity = in.StringOr("SourceIdentity", call.caller.source_identity);
  if (!source_identity.empty()) context.Set("sts:SourceIdentity", source_identity);
  AddTagKeys(in, context);
  if (auto keys = in.Strings("TransitiveTagKeys"); !keys.empty()) context.Set("sts:TransitiveTagKeys", std::move(keys));
  // The handler refuses a code that is wrong, so that what was decided with it comes to nothing.
  if (in.Has("SerialNumber") && in.Has("TokenCode")) {
    context.Set("aws:MultiFactorAuthPresent", std::string("true"));
    context.Set("aws:MultiFactorAuthAge", std::string("0"));
  }
  needs.push_back(assume);
  if (!in.List("Tags").empty()) {
    assume.action = "sts:TagSession";
    needs.push_back(assume);
  }
  if (!source_identity.empty()) {
    assume.action = "sts:SetSourceIdentity";
    needs.push_back(std::move(assume));
  }
}

void NeedsOfFederationToken(const Call& call, std::vector<AccessNeed>& needs) {
  const Fields in(call.input);
  AccessNeed need;
  need.action = "sts:GetFederationToken";
  need.resource =
      Arn{std::string(PartitionOf(call.scope.region)), "sts", "", call.caller.account.str(), "federated-user/"}
          .ToString() +
      in.StringOr("Name", "");
  AddTagKeys(in, need.context);
  AddDuration(in, "43200", need.context);
  needs.push_back(need);
  if (in.List("Tags").empty()) return;
  need.action = "sts:TagSession";
  needs.push_back(std::move(need));
}

void NeedsOfWebIdentityToken(const Call& call, std::vector<AccessNeed>& needs) {
  const Fields in(call.input);
  AccessNeed need;
  need.action = "sts:GetWebIdentityToken";
  need.context.Set("sts:IdentityTokenAudience", in.Strings("Audience"));
  need.context.Set("sts:SigningAlgorithm", in.StringOr("SigningAlgorithm", ""));
  AddDuration(in, "300", need.context);
  AddTagKeys(in, need.context);
  needs.push_back(need);
  if (in.List("Tags").empty()) return;
  need.action = "sts:TagGetWebIdentityToken";
  needs.push_back(std::move(need));
}

void NeedsOfAssumeRoot(const Call& call, std::vector<AccessNeed>& needs) {
  const Fields in(call.input);
  AccessNeed need;
  need.action = "sts:AssumeRoot";
  const std::string target = in.StringOr("TargetPrincipal", "");
  need.resource = IsAccountId(target) ? Arn{"aws", "iam", "", target, "root"}.ToString() : target;
  need.context.Set("sts:TaskPolicyArn", Fields(in.Object("TaskPolicyArn")).StringOr("arn", ""));
  AddDuration(in, "900", need.context);
  needs.push_back(std::move(need));
}

void NeedsWithoutResource(std::string_view action, std::vector<AccessNeed>& needs) {
  AccessNeed need;
  need.action = action;
  needs.push_back(std::move(need));
}

}  // namespace

void StsAccessGuide::Refine(const Call& call, std::vector<AccessNeed>& needs) {
  needs.clear();
  if (call.operation == "AssumeRole") return NeedsOfAssumeRole(call, needs);
  if (call.operation == "AssumeRoot") return NeedsOfAssumeRoot(call, needs);
  if (call.operation == "GetFederationToken") return NeedsOfFederationToken(call, needs);
  if (call.operation == "GetWebIdentityToken") return NeedsOfWebIdentityToken(call, needs);
  if (call.operation == "GetAccessKeyInfo") return NeedsWithoutResource("sts:GetAccessKeyInfo", needs);
  if (call.operation == "DecodeAuthorizationMessage")
    return NeedsWithoutResource("sts:DecodeAuthorizationMessage", needs);
  // Who holds a trade-in token may trade it in. GetCallerIdentity and GetSessionToken need nothing: policies cannot forbid them.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
}

ResourceFacts StsAccessGuide::FactsOf(const Call& call, const AccessNeed& need) {
  ResourceFacts facts;
  if (call.operation != "AssumeRole") return facts;
  const auto arn = Arn::Parse(need.resource);
  if (!arn || !IsAccountId(arn->account)) return facts;
  auto* const directory = FindIamPort<ports::RoleDirectory>(deps_);
  const auto role = directory == nullptr ? std::nullopt : directory->Find(*arn);
  if (!role) return facts;
  facts.owner = AccountId(arn->account);
  facts.policy = role->trust_policy;
  facts.policy_version = role->trust_policy_version;
  facts.tags = role->tags;
  facts.policy_required = true;
  return facts;
}

}  // namespace stratolite::sts
