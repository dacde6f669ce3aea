#include "iam/account_store.hpp"

namespace stratolite::iam {

std::optional<std::string> AccountStore::FindAlias(storage::Reader& reader, const AccountId& account) {
  return reader.QueryOne("SELECT alias FROM iam_account_alias WHERE account = ?", {account},
                         [](const storage::Row& row) { return row.Text(0); });
}

std::optional<AccountId> AccountStore::FindByAlias(storage::Reader& reader, std::string_view alias) {
  return reader.QueryOne("SELECT account FROM iam_account_alias WHERE alias = ?", {alias},
                         [](const storage::Row& row) { return AccountId(row.Text(0)); });
}

void AccountStore::SetAlias(storage::Txn& txn, const AccountId& account, std::string_view alias) {
  DeleteAlias(txn, account);
  txn.Run("INSERT INTO iam_account_alias (account, alias) VALUES (?, ?)", {account, alias});
}

void AccountStore::DeleteAlias(storage::Txn& txn, const AccountId& account) {
  txn.Run("DELETE FROM iam_account_alias WHERE account = ?", {account});
}

std::optional<Json> AccountStore::FindPasswordPolicy(storage::Reader& reader, const AccountId& account) {
  return reader.QueryOne("SELECT policy FROM iam_password_policy WHERE account = ?", {account},
                         [](const storage::Row& row) { return Json::parse(row.TextView(0)); });
}

void AccountStore::SetPasswordPolicy(storage::Txn& txn, const AccountId& account, const Json& policy) {
  DeletePasswordPolicy(txn, account);
  txn.Run("INSERT INTO iam_password_policy (account, policy) VALUES (?, ?)", {account, policy.dump()});
}

bool AccountStore::DeletePasswordPolicy(storage::Txn& txn, const AccountId& account) {
  return txn.Run("DELETE FROM iam_password_policy WHERE account = ?", {account}) > 0;
}

std::int64_t AccountStore::CountPolicyVersions(storage::Reader& reader, const AccountId& account) {
  return reader.QueryInt(
      "SELECT COUNT(*) FROM iam_policy_version v JOIN iam_entity e ON e.id = v.policy WHERE e.account = ?", {account});
}

std::int64_t AccountStore::CountMfaDevicesInUse(storage::Reader& reader, const AccountId& account) {
  return reader.QueryInt("SELECT COUNT(*) FROM iam_mfa_assignment WHERE account = ?", {account});
}

}  // namespace stratolite::iam
