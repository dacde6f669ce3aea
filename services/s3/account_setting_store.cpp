#include "s3/account_setting_store.hpp"

namespace stratolite::s3 {

std::optional<Json> AccountSettingStore::Find(const AccountId& account, std::string_view kind) {
  const Key key(account.str(), kind);
  std::uint64_t epoch = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = cache_.find(key); found != cache_.end()) return found->second;
    epoch = epoch_;
  }
  std::optional<Json> document = db_.Read([&](storage::Reader& reader) {
    return reader.QueryOne("SELECT document FROM s3_account_document WHERE account = ? AND kind = ?", {account, kind},
                           [](const storage::Row& row) { return Json::parse(row.TextView(0)); });
  });
  const std::scoped_lock lock(mutex_);
  if (epoch == epoch_) cache_.emplace(key, document);
  return document;
}

void AccountSettingStore::Set(const AccountId& account, std::string_view kind, const Json& document) {
  db_.Transact([&](storage::Txn& txn) {
    txn.Run("DELETE FROM s3_account_document WHERE account = ? AND kind = ?", {account, kind});
    if (!document.is_null()) {
      txn.Run("INSERT INTO s3_account_document (account, kind, document) VALUES (?,?,?)",
              {account, kind, document.dump()});
    }
    txn.OnCommit([this] { Clear(); });
  });
}

void AccountSettingStore::Clear() {
  const std::scoped_lock lock(mutex_);
  cache_.clear();
  ++epoch_;
}

}  // namespace stratolite::s3
