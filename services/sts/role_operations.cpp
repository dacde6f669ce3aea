#include "sts/role_operations.hpp"

#include <algorithm>
#include <array>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/ports/identity_providers.hpp"
#include "stratolite/ports/role_directory.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"
#include "sts/iam_ports.hpp"

namespace stratolite::sts {
namespace {

using std::chrono::seconds;

constexpr seconds kDefaultDuration{3600};
constexpr seconds kMaxChained{3600};
/// The highest that IAM lets a role have.
constexpr seconds kMaxRoleSession{43200};
constexpr seconds kRootTaskDuration{900};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
constexpr std::array<std::string_view, 5> kRootTasks{"IAMAuditRootUserCredentials", "IAMCreateRootUserPassword",
                                                     "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy",
                                                     "SQSUnlockQueuePolicy"};

bool IsRootTask(const Arn& arn) {
  constexpr std::string_view kFolder = "policy/root-task/";
  if (arn.service != "iam" || arn.account != "aws" || !arn.resource.starts_with(kFolder)) return false;
  return std::find(kRootTasks.begin(), kRootTasks.end(), std::string_view(arn.resource).substr(kFolder.size())) !=
         kRootTasks.end();
}

/// The same role has the same id in every world.
std::string DerivedRoleId(const RoleArn& role) {
  return auth::MakeUniqueId("AROA", role.account, AsBytes(Sha256(role.arn.ToString())));
}

ports::RoleDirectory::Role UnknownRole(const RoleArn& role) {
  return {DerivedRoleId(role), kMaxRoleSession, {}, {}, {}};
}

/// Managed session policies are the account's own or AWS's. Roles that nobody made (`--iam off`) are not looked at so closely.
Result<void> CheckPolicyArns(const ServiceDeps& deps, const RoleArn& role, const ports::RoleDirectory::Role& found,
                             const SessionParameters& parameters) {
  if (found.trust_policy.empty() || parameters.policy_arns.empty()) return {};
  auto* const identities = FindIamPort<ports::IdentityDirectory>(deps);
  if (identities == nullptr) return {};
  for (const std::string& arn : parameters.policy_arns) {
    if (!identities->FindManagedPolicy(role.account, arn)) return ValidationError("ARN " + arn + " is not valid.");
  }
  return {};
}

/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-sts
void AddSessionKeys(const RoleOperations::Federation& federation, const SessionParameters& parameters,
                    ports::RoleDirectory::Attempt& attempt) {
  auth::AccessContext& context = attempt.context;
  context = federation.context;
  context.Set("sts:RoleSessionName", federation.session_name);
  if (!federation.source_identity.empty()) {
    attempt.actions.emplace_back("sts:SetSourceIdentity");
    context.Set("sts:SourceIdentity", federation.source_identity);
  }
  if (parameters.tags.empty()) return;
  attempt.actions.emplace_back("sts:TagSession");
  auth::AccessContext::Values keys;
  for (const auto& [key, value] : parameters.tags) {
    context.Set("aws:RequestTag/" + key, value);
    keys.push_back(key);
  }
  context.Set("aws:TagKeys", std::move(keys));
  if (!parameters.transitive_tag_keys.empty()) context.Set("sts:TransitiveTagKeys", parameters.transitive_tag_keys);
}

}  // namespace

Result<Json> RoleOperations::AssumeRole(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string role_arn, in.String("RoleArn"));
  ASSIGN_OR_RETURN(const std::string session_name, in.String("RoleSessionName"));
  ASSIGN_OR_RETURN(const RoleArn role, ParseRoleArn(role_arn));
  // A federated user's session opens nothing but GetCallerIdentity here.
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
  if (call.caller.type == auth::PrincipalType::kFederatedUser) {
    return NotAuthorized(call.caller.arn, "sts:AssumeRole", role_arn);
  }
  ASSIGN_OR_RETURN(const SessionParameters parameters, ReadSessionParameters(call.input, call.caller));

  const seconds duration(in.IntOr("DurationSeconds", kDefaultDuration.count()));
  // Chained is who is a role already; sessions of users are not.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
  if (call.caller.type == auth::PrincipalType::kAssumedRole && duration > kMaxChained) return RoleChainingTooLong();

  // Once set, a source identity stays for the whole chain.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
  std::string source_identity = in.StringOr("SourceIdentity", call.caller.source_identity);
  if (source_identity.starts_with("aws:")) return ValidationError("Source Identity must not begin with \"aws:\"");
  if (!call.caller.source_identity.empty() && source_identity != call.caller.source_identity) {
    return NotAuthorized(call.caller.arn, "sts:SetSourceIdentity", role_arn);
  }
  for (const Json& context : in.List("ProvidedContexts")) {
    const std::string provider = Fields(context).StringOr("ProviderArn", "");
    if (!Arn::Parse(provider)) return ValidationError("ARN " + provider + " is not valid.");
  }

  // Unverified keys stand for any user of the account; root itself can be no role on AWS.
  if (sessions_.CallerIsKnownRoot(call) && PoliciesAreEnforced(deps_)) return RootCannotAssumeRoles();
  auto* const directory = FindIamPort<ports::RoleDirectory>(deps_);
  const auto found = directory == nullptr ? UnknownRole(role) : directory->Find(role.arn);
  // That the caller may was decided by the authorizer, from the role's trust policy and what else has a say.
  if (!found) return NotAuthorized(call.caller.arn, "sts:AssumeRole", role_arn);
  if (duration > found->max_session) return LongerThanRoleAllows();
  RETURN_IF_ERROR(CheckPolicyArns(deps_, role, *found, parameters));
  ASSIGN_OR_RETURN(const bool mfa, sessions_.CheckMfa(call));
  return sessions_.IssueRoleSession(call, role, found->unique_id, session_name, duration, parameters, source_identity,
                                    mfa);
}

Result<Json> RoleOperations::AssumeFederated(const Call& call, const RoleArn& role, const Federation& federation) {
  const Fields in(call.input);
  // The caller is the provider's user: nothing is handed on from a session of its own.
  ASSIGN_OR_RETURN(SessionParameters asked, ReadSessionParameters(call.input, auth::Principal{}));
  ASSIGN_OR_RETURN(const SessionParameters parameters,
                   AddAssertedTags(std::move(asked), federation.tags, federation.transitive_tag_keys));
  ports::RoleDirectory::Role found = UnknownRole(role);
  if (auto* const directory = FindIamPort<ports::RoleDirectory>(deps_)) {
    ports::RoleDirectory::Attempt attempt;
    attempt.actions.push_back(federation.action);
    attempt.role = role.arn;
    attempt.caller.type = auth::PrincipalType::kFederatedIdentity;
    attempt.caller.arn = federation.provider;
    AddSessionKeys(federation, parameters, attempt);
    ASSIGN_OR_RETURN(found, directory->Assume(attempt));
  }
  RETURN_IF_ERROR(CheckPolicyArns(deps_, role, found, parameters));
  seconds duration(in.IntOr("DurationSeconds", kDefaultDuration.count()));
  if (duration > found.max_session) return LongerThanRoleAllows();
  if (federation.max_duration)
    duration = in.Has("DurationSeconds") ? std::min(duration, *federation.max_duration) : *federation.max_duration;
  return sessions_.IssueRoleSession(call, role, found.unique_id, federation.session_name, duration, parameters,
                                    federation.source_identity, false);
}

bool RoleOperations::MayAssumeRootOf(const AccountId& caller, const AccountId& member) {
  auto* organizations = deps_.ports.Find<ports::OrganizationDirectory>();
  if (organizations == nullptr) {
    if (auto* const starter = deps_.ports.Find<ports::ServiceStarter>()) starter->Start("organizations");
    organizations = deps_.ports.Find<ports::OrganizationDirectory>();
  }
  const bool enforced = PoliciesAreEnforced(deps_);
  if (organizations == nullptr) return !enforced;
  const auto membership = organizations->Find(caller);
  if (membership->organization_id.empty()) return !enforced;
  if (!membership->is_management_account || organizations->Find(member)->organization_id != membership->organization_id)
    return false;
  auto* const providers = FindIamPort<ports::IdentityProviders>(deps_);
  return !enforced || (providers != nullptr && providers->RootSessionsEnabled(caller));
}

Result<Json> RoleOperations::AssumeRoot(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  const Fields in(call.input);
  if (sessions_.CallerIsUserSession(call)) return SessionCredentialsNotAllowed("AssumeRoot");
  ASSIGN_OR_RETURN(const std::string target, in.String("TargetPrincipal"));
  const std::string task = Fields(in.Object("TaskPolicyArn")).StringOr("arn", "");
  AccountId account;
  if (IsAccountId(target)) {
    account = AccountId(target);
  } else {
    const auto arn = Arn::Parse(target);
    if (!arn || arn->service != "iam" || arn->resource != "root" || !IsAccountId(arn->account)) return InvalidRoleArn();
    account = AccountId(arn->account);
  }
  const auto task_arn = Arn::Parse(task);
  if (!task_arn || !IsRootTask(*task_arn)) return ValidationError("ARN " + task + " is not valid.");
  if (sessions_.CallerIsKnownRoot(call) || !MayAssumeRootOf(call.caller.account, account))
    return NotAuthorized(call.caller.arn, "sts:AssumeRoot", "arn:aws:iam::" + account.str() + ":root");
  const seconds duration(in.IntOr("DurationSeconds", kRootTaskDuration.count()));

  auth::Principal principal = auth::RootPrincipal(account, PartitionOf(call.scope.region));
  principal.issuer_arn = principal.arn;
  principal.session_policy_arns.push_back(task);
  principal.source_identity = call.caller.source_identity;
  Json out = sessions_.Issue(call, std::move(principal), duration);
  if (!call.caller.source_identity.empty()) out["SourceIdentity"] = call.caller.source_identity;
  return out;
}

}  // namespace stratolite::sts
