#include "sts/role_operations.hpp"

#include <algorithm>
#include <array>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/role_directory.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"

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

}  // namespace

Result<RoleOperations::Admitted> RoleOperations::Admit(const Call& call, const RoleArn& role,
                                                       const Federation& federation,
                                                       const SessionParameters& parameters,
                                                       std::optional<std::string> external_id, bool mfa_authenticated) {
  auto* const directory = deps_.ports.Find<ports::RoleDirectory>();
  if (directory == nullptr) return Admitted{DerivedRoleId(role), kMaxRoleSession};
  ports::RoleDirectory::Attempt attempt;
  attempt.action = federation.action;
  attempt.role = role.arn;
  attempt.caller = call.caller;
  attempt.federated_provider = federation.provider;
  attempt.session_name = federation.session_name;
  attempt.external_id = std::move(external_id);
  if (!federation.source_identity.empty()) attempt.source_identity = federation.source_identity;
  attempt.tags = parameters.tags;
  attempt.transitive_tag_keys = parameters.transitive_tag_keys;
  attempt.mfa_authenticated = mfa_authenticated;
  ASSIGN_OR_RETURN(const ports::RoleDirectory::Role known, directory->Assume(attempt));
  return Admitted{known.unique_id, std::chrono::duration_cast<seconds>(known.max_session)};
}

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
  if (sessions_.CallerIsSession(call) && duration > kMaxChained) return RoleChainingTooLong();
  if (in.Has("SerialNumber") != in.Has("TokenCode")) return MfaIncomplete();
  const bool mfa = in.Has("TokenCode");

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

  Federation direct;
  direct.action = "sts:AssumeRole";
  direct.session_name = session_name;
  direct.source_identity = source_identity;
  ASSIGN_OR_RETURN(const Admitted admitted,
                   Admit(call, role, direct, parameters, in.OptionalString("ExternalId"), mfa));
  if (duration > admitted.max_session) return LongerThanRoleAllows();
  return sessions_.IssueRoleSession(call, role, admitted.role_id, session_name, duration, parameters, source_identity,
                                    mfa);
}

Result<Json> RoleOperations::AssumeFederated(const Call& call, const RoleArn& role, const Federation& federation) {
  const Fields in(call.input);
  // The caller is the provider's user: nothing is handed on from a session of its own.
  ASSIGN_OR_RETURN(SessionParameters asked, ReadSessionParameters(call.input, auth::Principal{}));
  ASSIGN_OR_RETURN(const SessionParameters parameters,
                   AddAssertedTags(std::move(asked), federation.tags, federation.transitive_tag_keys));
  ASSIGN_OR_RETURN(const Admitted admitted, Admit(call, role, federation, parameters, std::nullopt, false));
  seconds duration(in.IntOr("DurationSeconds", kDefaultDuration.count()));
  if (duration > admitted.max_session) return LongerThanRoleAllows();
  if (federation.max_duration)
    duration = in.Has("DurationSeconds") ? std::min(duration, *federation.max_duration) : *federation.max_duration;
  return sessions_.IssueRoleSession(call, role, admitted.role_id, federation.session_name, duration, parameters,
                                    federation.source_identity, false);
}

Result<Json> RoleOperations::AssumeRoot(const Call& call) {
  RETURN_IF_ERROR(RequireCaller(call));
  const Fields in(call.input);
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
  if (sessions_.CallerIsKnownRoot(call))
    return NotAuthorized(call.caller.arn, "sts:AssumeRoot", "arn:aws:iam::" + account.str() + ":root");
  const seconds duration(in.IntOr("DurationSeconds", kRootTaskDuration.count()));

  auth::Principal principal = auth::RootPrincipal(account, PartitionOf(call.scope.region));
  principal.session_policy_arns.push_back(task);
  principal.source_identity = call.caller.source_identity;
  Json out = sessions_.Issue(call, std::move(principal), duration);
  if (!call.caller.source_identity.empty()) out["SourceIdentity"] = call.caller.source_identity;
  return out;
}

}  // namespace stratolite::sts
