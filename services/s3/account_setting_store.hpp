#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// What is set on an account's S3 as a whole, by kind: rows of s3_account_document, cached, for requests ask. Thread-safe. Blocks.
class AccountSettingStore {
 public:
  explicit AccountSettingStore(storage::Database& db) : db_(db) {}

  /// nullopt: never set. Not from within a transaction that wrote it.
  std::optional<Json> Find(const AccountId& account, std::string_view kind);
  /// Null removes it. Not from within a transaction.
  void Set(const AccountId& account, std::string_view kind, const Json& document);

  /// Forgets what memory holds (reset).
  void Clear();

 private:
  using Key = std::pair<std::string, std::string>;

  storage::Database& db_;
  std::mutex mutex_;
  std::map<Key, std::optional<Json>> cache_;
  /// Counts changes: what was read before one must not enter the cache after it.
  std::uint64_t epoch_ = 0;
};

}  // namespace stratolite::s3
