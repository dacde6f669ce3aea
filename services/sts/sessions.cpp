#include "sts/sessions.hpp"

#include "stratolite/base/json.hpp"
#include "stratolite/ports/mfa_verifier.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"
#include "sts/errors.hpp"
#include "sts/iam_ports.hpp"

namespace stratolite::sts {

Result<void> RequireCaller(const Call& call) {
  if (call.caller.type == auth::PrincipalType::kAnonymous) return MissingAuthenticationToken();
  return {};
}

Json Sessions::Issue(const Call& call, auth::Principal principal, std::chrono::seconds duration) {
  principal.issued_at = deps_.clock.Now();
  const std::int64_t min_size = Fields(call.input).IntOr("MinimumSessionTokenSize", 0);
  const auth::SessionOptions options{*principal.issued_at + duration, static_cast<std::size_t>(min_size)};
  const auth::Credential credential =
      deps_.db.Transact([&](storage::Txn& txn) { return deps_.credentials.IssueSession(txn, principal, options); });
  // AWS reports whole seconds.
  Json out = {{"Credentials",
               {{"AccessKeyId", credential.access_key_id},
                {"SecretAccessKey", credential.secret_access_key},
                {"SessionToken", *credential.session_token},
                {"Expiration", EpochSeconds(*credential.expires)}}}};
  if (min_size > 0) out["SessionTokenSize"] = credential.session_token->size();
  return out;
}

Json Sessions::IssueRoleSession(const Call& call, const RoleArn& role, const std::string& role_id,
                                const std::string& session_name, std::chrono::seconds duration,
                                const SessionParameters& parameters, const std::string& source_identity,
                                bool mfa_authenticated) {
  auth::Principal principal;
  principal.type = auth::PrincipalType::kAssumedRole;
  principal.account = role.account;
  principal.arn =
      Arn{role.arn.partition, "sts", "", role.account.str(), "assumed-role/" + role.name + "/" + session_name}
          .ToString();
  principal.user_id = role_id + ":" + session_name;
  principal.tags = parameters.tags;
  principal.transitive_tag_keys = parameters.transitive_tag_keys;
  principal.source_identity = source_identity;
  principal.session_policy = parameters.policy;
  principal.session_policy_arns = parameters.policy_arns;
  principal.mfa_authenticated = mfa_authenticated;
  principal.issuer_arn = role.arn.ToString();
  Json user = {{"AssumedRoleId", principal.user_id}, {"Arn", principal.arn}};
  Json out = Issue(call, std::move(principal), duration);
  out["AssumedRoleUser"] = std::move(user);
  if (parameters.packed_percent) out["PackedPolicySize"] = *parameters.packed_percent;
  if (!source_identity.empty()) out["SourceIdentity"] = source_identity;
  return out;
}

std::shared_ptr<const auth::Credential> Sessions::CallersCredential(const Call& call) const {
  return deps_.credentials.Find(call.access_key_id);
}

bool Sessions::CallerIsSession(const Call& call) const {
  if (call.caller.type == auth::PrincipalType::kAssumedRole || call.caller.type == auth::PrincipalType::kFederatedUser)
    return true;
  const auto credential = CallersCredential(call);
  return credential && credential->session_token.has_value();
}

bool Sessions::CallerIsUserSession(const Call& call) const {
  if (call.caller.type == auth::PrincipalType::kFederatedUser) return true;
  if (call.caller.type != auth::PrincipalType::kUser && call.caller.type != auth::PrincipalType::kRoot) return false;
  return CallerIsSession(call);
}

Result<bool> Sessions::CheckMfa(const Call& call) const {
  const Fields in(call.input);
  if (in.Has("SerialNumber") != in.Has("TokenCode")) return MfaIncomplete();
  if (!in.Has("TokenCode")) return false;
  if (!CallersCredential(call)) return true;
  auto* const verifier = FindIamPort<ports::MfaVerifier>(deps_);
  if (verifier == nullptr) return true;
  RETURN_IF_ERROR(verifier->Verify(call.caller, in.StringOr("SerialNumber", ""), in.StringOr("TokenCode", "")));
  return true;
}

bool Sessions::CallerIsKnownRoot(const Call& call) const {
  return call.caller.type == auth::PrincipalType::kRoot && CallersCredential(call) != nullptr;
}

}  // namespace stratolite::sts
