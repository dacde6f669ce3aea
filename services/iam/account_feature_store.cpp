#include "iam/account_feature_store.hpp"

namespace stratolite::iam {

std::optional<Json> AccountFeatureStore::Find(storage::Reader& reader, const AccountId& account,
                                              std::string_view name) {
  return reader.QueryOne("SELECT value FROM iam_account_feature WHERE account = ? AND name = ?", {account.str(), name},
                         [](const storage::Row& row) { return Json::parse(row.TextView(0)); });
}

void AccountFeatureStore::Put(storage::Txn& txn, const AccountId& account, std::string_view name, const Json& value) {
  txn.Run("DELETE FROM iam_account_feature WHERE account = ? AND name = ?", {account.str(), name});
  txn.Run("INSERT INTO iam_account_feature (account, name, value) VALUES (?, ?, ?)",
          {account.str(), name, value.dump()});
}

}  // namespace stratolite::iam
