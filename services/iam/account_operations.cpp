#include "iam/account_operations.hpp"

#include <algorithm>
#include <string>

#include "iam/account_feature_store.hpp"
#include "iam/account_store.hpp"
#include "iam/entity_store.hpp"
#include "iam/errors.hpp"
#include "iam/mfa_store.hpp"
#include "iam/paging.hpp"
#include "iam/password_policy.hpp"
#include "iam/quotas.hpp"
#include "iam/user_credential_store.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

/// Small letters, digits and single hyphens within: the model's pattern looks ahead, which validation here cannot and passes over.
Result<void> CheckAlias(const std::string& alias) {
  const bool spelled = std::all_of(alias.begin(), alias.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (spelled && alias.front() != '-' && alias.back() != '-' && alias.find("--") == std::string::npos) return {};
  return ValidationError(
      "1 validation error detected: Value at 'accountAlias' failed to satisfy constraint: Member must satisfy regular "
      "expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$");
}

/// What the account can have, as much as AWS gives it.
Json Quotas() {
  return {{"UsersQuota", kUsersPerAccount.limit},
          {"GroupsQuota", kGroupsPerAccount.limit},
          {"RolesQuota", kRolesPerAccount.limit},
          {"PoliciesQuota", kPoliciesPerAccount.limit},
          {"InstanceProfilesQuota", kInstanceProfilesPerAccount.limit},
          {"ServerCertificatesQuota", kServerCertificatesPerAccount.limit},
          {"GroupsPerUserQuota", kGroupsPerUser.limit},
          {"AccessKeysPerUserQuota", kAccessKeysPerUser.limit},
          {"SigningCertificatesPerUserQuota", kSigningCertificatesPerUser.limit},
          {"AttachedPoliciesPerUserQuota", kPoliciesPerUser.limit},
          {"AttachedPoliciesPerGroupQuota", kPoliciesPerGroup.limit},
          {"AttachedPoliciesPerRoleQuota", kPoliciesPerRole.limit},
          {"UserPolicySizeQuota", kInlineSizePerUser},
          {"GroupPolicySizeQuota", kInlineSizePerGroup},
          {"RolePolicySizeQuota", kInlineSizePerRole},
          {"PolicySizeQuota", kPolicySize.limit},
          {"AssumeRolePolicySizeQuota", kTrustPolicySize.limit},
          {"VersionsPerPolicyQuota", kVersionsPerPolicy},
          {"PolicyVersionsInUseQuota", kPolicyVersionsInUse}};
}

void AddCounts(Json& summary, storage::Reader& reader, const AccountId& account) {
  const auto count = [&](EntityKind kind) { return EntityStore::Count(reader, account, kind); };
  summary["Users"] = count(EntityKind::kUser);
  summary["Groups"] = count(EntityKind::kGroup);
  summary["Roles"] = count(EntityKind::kRole);
  summary["Policies"] = count(EntityKind::kPolicy);
  summary["InstanceProfiles"] = count(EntityKind::kInstanceProfile);
  summary["ServerCertificates"] = count(EntityKind::kServerCertificate);
  summary["Providers"] = count(EntityKind::kOpenIdProvider) + count(EntityKind::kSamlProvider);
  summary["MFADevices"] = count(EntityKind::kMfaDevice);
  summary["MFADevicesInUse"] = AccountStore::CountMfaDevicesInUse(reader, account);
  summary["PolicyVersionsInUse"] = AccountStore::CountPolicyVersions(reader, account);
}

/// What root has, each 0 or 1.
void AddRoot(Json& summary, storage::Reader& reader, const AccountId& account) {
  const auto has = [&](CredentialKind kind) {
    return UserCredentialStore::Count(reader, account, kind, kRootUser) > 0 ? 1 : 0;
  };
  summary["AccountMFAEnabled"] = MfaStore::Count(reader, account, kRootUser) > 0 ? 1 : 0;
  summary["AccountAccessKeysPresent"] = has(CredentialKind::kAccessKey);
  summary["AccountSigningCertificatesPresent"] = has(CredentialKind::kSigningCertificate);
  // Nobody signs in here with root's password.
  summary["AccountPasswordPresent"] = 0;
}

}  // namespace

void AccountOperations::Register(OperationTable& operations) {
  operations.Add("CreateAccountAlias", this, &AccountOperations::CreateAccountAlias);
  operations.Add("DeleteAccountAlias", this, &AccountOperations::DeleteAccountAlias);
  operations.Add("ListAccountAliases", this, &AccountOperations::ListAccountAliases);
  operations.Add("GetAccountPasswordPolicy", this, &AccountOperations::GetAccountPasswordPolicy);
  operations.Add("UpdateAccountPasswordPolicy", this, &AccountOperations::UpdateAccountPasswordPolicy);
  operations.Add("DeleteAccountPasswordPolicy", this, &AccountOperations::DeleteAccountPasswordPolicy);
  operations.Add("GetAccountSummary", this, &AccountOperations::GetAccountSummary);
}

// An account has one: another takes its place. One that is taken, be it by the account itself, is refused.
Result<Json> AccountOperations::CreateAccountAlias(const Call& call) {
  ASSIGN_OR_RETURN(const std::string alias, Fields(call.input).String("AccountAlias"));
  RETURN_IF_ERROR(CheckAlias(alias));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (AccountStore::FindByAlias(txn, alias)) return AliasTaken(alias);
    AccountStore::SetAlias(txn, call.scope.account, alias);
    return Json::object();
  });
}

Result<Json> AccountOperations::DeleteAccountAlias(const Call& call) {
  ASSIGN_OR_RETURN(const std::string alias, Fields(call.input).String("AccountAlias"));
  RETURN_IF_ERROR(CheckAlias(alias));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (AccountStore::FindAlias(txn, call.scope.account) != alias) return NoSuchAlias(alias);
    AccountStore::DeleteAlias(txn, call.scope.account);
    return Json::object();
  });
}

Result<Json> AccountOperations::ListAccountAliases(const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  const auto alias =
      deps_.db.Read([&](storage::Reader& reader) { return AccountStore::FindAlias(reader, call.scope.account); });
  Json aliases = Json::array();
  if (alias && page.after.empty()) aliases.push_back(*alias);
  Json output = {{"AccountAliases", std::move(aliases)}};
  WritePage(output, false, "");
  return output;
}

Result<Json> AccountOperations::GetAccountPasswordPolicy(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const auto stored = AccountStore::FindPasswordPolicy(reader, call.scope.account);
    if (!stored) return NoPasswordPolicy(call.scope.account.str());
    return Json{{"PasswordPolicy", PasswordPolicyView(*stored)}};
  });
}

Result<Json> AccountOperations::UpdateAccountPasswordPolicy(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    AccountStore::SetPasswordPolicy(txn, call.scope.account, StoredPasswordPolicy(call.input));
    return Json::object();
  });
}

Result<Json> AccountOperations::DeleteAccountPasswordPolicy(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!AccountStore::DeletePasswordPolicy(txn, call.scope.account)) return NoPasswordPolicy(call.scope.account.str());
    return Json::object();
  });
}

Result<Json> AccountOperations::GetAccountSummary(const Call& call) {
  Json summary = Quotas();
  deps_.db.Read([&](storage::Reader& reader) {
    AddCounts(summary, reader, call.scope.account);
    AddRoot(summary, reader, call.scope.account);
    // Of tokens of STS's global endpoint; 1 in new accounts.
    const auto version = AccountFeatureStore::Find(reader, call.scope.account, AccountFeatureStore::kTokenVersion);
    summary["GlobalEndpointTokenVersion"] = version && *version == "v2Token" ? 2 : 1;
  });
  return Json{{"SummaryMap", std::move(summary)}};
}

}  // namespace stratolite::iam
