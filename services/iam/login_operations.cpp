#include "iam/login_operations.hpp"

#include <algorithm>

#include "iam/credential_errors.hpp"
#include "iam/credential_owner.hpp"
#include "iam/entity_store.hpp"
#include "iam/password_hash.hpp"
#include "iam/password_policy.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::size_t kSaltSize = 16;
/// The most that a password policy can remember.
constexpr std::size_t kMostHistory = 24;

Json LoginView(const CredentialOwner& owner, const LoginProfile& profile) {
  Json view = Json::object();
  if (!owner.is_root()) view["UserName"] = owner.user_name;
  view["CreateDate"] = ToJson(profile.created_at);
  view["PasswordResetRequired"] = profile.reset_required;
  return view;
}

Result<LoginProfile> FindProfile(storage::Reader& reader, const CredentialOwner& owner) {
  auto profile = UserCredentialStore::FindLogin(reader, owner.account, owner.id);
  if (!profile) return NoSuchLoginProfile(owner.user_name);
  return *std::move(profile);
}

/// Whether the account lets the password come again.
Result<void> CheckReuse(const PasswordPolicy& policy, const LoginProfile& profile, std::string_view password) {
  const auto most = static_cast<std::size_t>(policy.reuse_prevention.value_or(0));
  if (most == 0) return {};
  if (PasswordMatches(password, profile.password)) return PasswordViolatesPolicy();
  for (std::size_t i = 0; i + 1 < most && i < profile.history.size(); ++i) {
    if (PasswordMatches(password, profile.history[i])) return PasswordViolatesPolicy();
  }
  return {};
}

void SetPassword(LoginProfile& profile, std::string hashed, TimePoint now) {
  profile.history.insert(profile.history.begin(), std::move(profile.password));
  if (profile.history.size() > kMostHistory) profile.history.resize(kMostHistory);
  profile.password = std::move(hashed);
  profile.changed_at = now;
}

}  // namespace

void LoginOperations::Register(OperationTable& operations) {
  operations.Add("CreateLoginProfile", this, &LoginOperations::CreateLoginProfile);
  operations.Add("GetLoginProfile", this, &LoginOperations::GetLoginProfile);
  operations.Add("UpdateLoginProfile", this, &LoginOperations::UpdateLoginProfile);
  operations.Add("DeleteLoginProfile", this, &LoginOperations::DeleteLoginProfile);
  operations.Add("ChangePassword", this, &LoginOperations::ChangePassword);
}

Result<Json> LoginOperations::CreateLoginProfile(const Call& call) {
  const Fields in(call.input);
  const auto password = in.OptionalString("Password");
  if (!password) return PasswordMissing();
  LoginProfile profile;
  profile.account = call.scope.account;
  profile.password = HashPassword(*password, deps_.random.Bytes(kSaltSize));
  profile.created_at = std::chrono::floor<std::chrono::seconds>(deps_.clock.Now());
  profile.changed_at = profile.created_at;
  profile.reset_required = in.BoolOr("PasswordResetRequired", false);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    if (owner.is_root()) return OnlyUsersChangePasswords();
    if (UserCredentialStore::FindLogin(txn, owner.account, owner.id)) return LoginProfileExists(owner.user_name);
    RETURN_IF_ERROR(CheckPassword(PasswordPolicyOf(txn, owner.account), *password));
    profile.owner = owner.id;
    UserCredentialStore::PutLogin(txn, profile);
    return Json{{"LoginProfile", LoginView(owner, profile)}};
  });
}

Result<Json> LoginOperations::GetLoginProfile(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(reader, call));
    ASSIGN_OR_RETURN(const LoginProfile profile, FindProfile(reader, owner));
    return Json{{"LoginProfile", LoginView(owner, profile)}};
  });
}

Result<Json> LoginOperations::UpdateLoginProfile(const Call& call) {
  const Fields in(call.input);
  const auto password = in.OptionalString("Password");
  std::string hashed;
  if (password) hashed = HashPassword(*password, deps_.random.Bytes(kSaltSize));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(LoginProfile profile, FindProfile(txn, owner));
    if (password) {
      const PasswordPolicy policy = PasswordPolicyOf(txn, owner.account);
      RETURN_IF_ERROR(CheckPassword(policy, *password));
      RETURN_IF_ERROR(CheckReuse(policy, profile, *password));
      SetPassword(profile, std::move(hashed), deps_.clock.Now());
    }
    profile.reset_required = in.BoolOr("PasswordResetRequired", profile.reset_required);
    UserCredentialStore::PutLogin(txn, profile);
    return Json::object();
  });
}

Result<Json> LoginOperations::DeleteLoginProfile(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const LoginProfile profile, FindProfile(txn, owner));
    UserCredentialStore::DeleteLogin(txn, profile);
    return Json::object();
  });
}

Result<Json> LoginOperations::ChangePassword(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string old_password, in.String("OldPassword"));
  ASSIGN_OR_RETURN(const std::string new_password, in.String("NewPassword"));
  if (call.caller.type != auth::PrincipalType::kUser) return OnlyUsersChangePasswords();
  std::string hashed = HashPassword(new_password, deps_.random.Bytes(kSaltSize));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(LoginProfile profile, FindProfile(txn, owner));
    if (!PasswordMatches(old_password, profile.password)) return WrongOldPassword();
    const PasswordPolicy policy = PasswordPolicyOf(txn, owner.account);
    // HardExpiry: who let the password expire needs an administrator.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
    const TimePoint now = deps_.clock.Now();
    if (policy.hard_expiry && policy.max_age && now >= profile.changed_at + std::chrono::hours(24 * *policy.max_age))
      return PasswordChangesForbidden();
    RETURN_IF_ERROR(CheckPassword(policy, new_password));
    RETURN_IF_ERROR(CheckReuse(policy, profile, new_password));
    SetPassword(profile, std::move(hashed), now);
    profile.reset_required = false;
    UserCredentialStore::PutLogin(txn, profile);
    return Json::object();
  });
}

}  // namespace stratolite::iam
