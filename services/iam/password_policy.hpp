#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// What passwords of an account's users must be; the default where the account has set nothing. Plain data.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
struct PasswordPolicy {
  std::int64_t min_length = 8;
  bool require_symbols = false;
  bool require_numbers = false;
  bool require_uppercase = false;
  bool require_lowercase = false;
  bool users_may_change = false;
  bool hard_expiry = false;
  /// Days; nullopt: passwords do not expire.
  std::optional<std::int64_t> max_age = std::nullopt;
  /// How many earlier passwords must not come again; nullopt: none.
  std::optional<std::int64_t> reuse_prevention = std::nullopt;
  /// The account has none of its own: three of four kinds of characters are required.
  bool is_default = true;
};

PasswordPolicy PasswordPolicyOf(storage::Reader& reader, const AccountId& account);
/// All but reuse, which only who knows the earlier ones can check. Errors: PasswordPolicyViolation. Thread-safe.
Result<void> CheckPassword(const PasswordPolicy& policy, std::string_view password);

/// What UpdateAccountPasswordPolicy keeps of its input: everything that has a default is there.
Json StoredPasswordPolicy(const Json& input);
/// The model's PasswordPolicy of what is stored.
Json PasswordPolicyView(const Json& stored);

}  // namespace stratolite::iam
