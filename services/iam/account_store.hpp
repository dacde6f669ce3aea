#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// What belongs to an account as such: its alias, its password policy, counts over all of it. Thread-safe. Blocks.
class AccountStore {
 public:
  static std::optional<std::string> FindAlias(storage::Reader& reader, const AccountId& account);
  /// Whose it is.
  static std::optional<AccountId> FindByAlias(storage::Reader& reader, std::string_view alias);
  /// In the place of the one there was.
  static void SetAlias(storage::Txn& txn, const AccountId& account, std::string_view alias);
  static void DeleteAlias(storage::Txn& txn, const AccountId& account);

  /// The members of the model's PasswordPolicy that were set.
  static std::optional<Json> FindPasswordPolicy(storage::Reader& reader, const AccountId& account);
  static void SetPasswordPolicy(storage::Txn& txn, const AccountId& account, const Json& policy);
  /// Whether there was one.
  static bool DeletePasswordPolicy(storage::Txn& txn, const AccountId& account);

  /// Of all managed policies together.
  static std::int64_t CountPolicyVersions(storage::Reader& reader, const AccountId& account);
  /// Those that somebody has.
  static std::int64_t CountMfaDevicesInUse(storage::Reader& reader, const AccountId& account);
};

}  // namespace stratolite::iam
