#include "iam/password_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "iam/account_store.hpp"
#include "iam/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::int64_t kLeastLength = 6;
constexpr std::string_view kSymbols = "!@#$%^&*()_+-=[]{}|'";
/// Of upper case, lower case, numbers and symbols, where an account has no policy of its own.
constexpr int kKindsByDefault = 3;
constexpr std::array<std::string_view, 5> kSwitches = {"RequireSymbols", "RequireNumbers", "RequireUppercaseCharacters",
                                                       "RequireLowercaseCharacters", "AllowUsersToChangePassword"};

struct Kinds {
  bool upper = false;
  bool lower = false;
  bool number = false;
  bool symbol = false;

  int count() const { return int{upper} + int{lower} + int{number} + int{symbol}; }
};

Kinds KindsIn(std::string_view password) {
  Kinds kinds;
  for (const char c : password) {
    kinds.upper |= c >= 'A' && c <= 'Z';
    kinds.lower |= c >= 'a' && c <= 'z';
    kinds.number |= c >= '0' && c <= '9';
    kinds.symbol |= kSymbols.find(c) != std::string_view::npos;
  }
  return kinds;
}

}  // namespace

PasswordPolicy PasswordPolicyOf(storage::Reader& reader, const AccountId& account) {
  PasswordPolicy policy;
  const std::optional<Json> stored = AccountStore::FindPasswordPolicy(reader, account);
  if (!stored) return policy;
  const Fields fields(*stored);
  policy.is_default = false;
  policy.min_length = fields.IntOr("MinimumPasswordLength", kLeastLength);
  policy.require_symbols = fields.BoolOr("RequireSymbols", false);
  policy.require_numbers = fields.BoolOr("RequireNumbers", false);
  policy.require_uppercase = fields.BoolOr("RequireUppercaseCharacters", false);
  policy.require_lowercase = fields.BoolOr("RequireLowercaseCharacters", false);
  policy.users_may_change = fields.BoolOr("AllowUsersToChangePassword", false);
  policy.hard_expiry = fields.BoolOr("HardExpiry", false);
  policy.max_age = fields.OptionalInt("MaxPasswordAge");
  policy.reuse_prevention = fields.OptionalInt("PasswordReusePrevention");
  return policy;
}

Result<void> CheckPassword(const PasswordPolicy& policy, std::string_view password) {
  const auto length = static_cast<std::int64_t>(Utf8Length(password));
  if (length < policy.min_length) {
    return PasswordPolicyViolation(fmt::format("Password should have a minimum length of {}", policy.min_length));
  }
  const Kinds kinds = KindsIn(password);
  const auto missing = [](std::string_view what) {
    return PasswordPolicyViolation(fmt::format("Password should have at least one {}", what));
  };
  if (policy.require_uppercase && !kinds.upper) return missing("uppercase letter");
  if (policy.require_lowercase && !kinds.lower) return missing("lowercase letter");
  if (policy.require_numbers && !kinds.number) return missing("number");
  if (policy.require_symbols && !kinds.symbol) return missing("symbol");
  if (policy.is_default && kinds.count() < kKindsByDefault) {
    return PasswordPolicyViolation(
        "Password should include a minimum of three of the following mix of character types: uppercase, lowercase, "
        "numbers, and non-alphanumeric characters");
  }
  return {};
}

Json StoredPasswordPolicy(const Json& input) {
  const Fields in(input);
  Json stored = {{"MinimumPasswordLength", in.IntOr("MinimumPasswordLength", kLeastLength)}};
  for (const std::string_view name : kSwitches) stored[std::string(name)] = in.BoolOr(name, false);
  // Shown only by who set them.
  if (in.Has("HardExpiry")) stored["HardExpiry"] = in.BoolOr("HardExpiry", false);
  for (const char* name : {"MaxPasswordAge", "PasswordReusePrevention"}) {
    if (const auto number = in.OptionalInt(name)) stored[name] = *number;
  }
  return stored;
}

Json PasswordPolicyView(const Json& stored) {
  Json view = stored;
  view["ExpirePasswords"] = stored.contains("MaxPasswordAge");
  return view;
}

}  // namespace stratolite::iam
