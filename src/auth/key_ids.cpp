#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "stratolite/auth/credential_store.hpp"

namespace stratolite::auth {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kPrefixSize = 4;
constexpr std::size_t kDigits = 16;
/// The first eleven base32 digits hold 55 bits: a set bit (clear in keys from before 2019, which tell nothing), forty bits of account, entropy.
constexpr std::size_t kAccountDigits = 11;
constexpr int kEntropyBits = 14;
constexpr std::uint64_t kAccountMask = (std::uint64_t{1} << 40) - 1;
constexpr std::uint64_t kMarker = std::uint64_t{1} << 54;

AwsError InvalidSetting(std::string message) { return {"InvalidSetting", std::move(message)}; }

bool IsKeyText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           c == '.';
  });
}

}  // namespace

std::optional<AccountId> AccountOfKeyId(std::string_view access_key_id) {
  if (access_key_id.size() != kPrefixSize + kDigits ||
      !(access_key_id.starts_with("AKIA") || access_key_id.starts_with("ASIA"))) {
    return std::nullopt;
  }
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kDigits; ++i) {
    const std::size_t digit = kBase32.find(access_key_id[kPrefixSize + i]);
    if (digit == std::string_view::npos) return std::nullopt;
    if (i < kAccountDigits) bits = bits << 5 | digit;
  }
  const std::uint64_t account = bits >> kEntropyBits & kAccountMask;
  if ((bits & kMarker) == 0 || account > 999'999'999'999U) return std::nullopt;
  char text[16];
  std::snprintf(text, sizeof text, "%012llu", static_cast<unsigned long long>(account));
  return AccountId(text);
}

std::string MakeUniqueId(std::string_view prefix, const AccountId& account, std::string_view entropy) {
  std::uint64_t random = 0;
  for (const char c : entropy.substr(0, 8)) random = random << 8 | static_cast<std::uint8_t>(c);
  std::uint64_t number = 0;
  for (const char c : account.str()) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  const std::uint64_t bits = kMarker | (number & kAccountMask) << kEntropyBits | (random & ((1U << kEntropyBits) - 1));
  random >>= kEntropyBits;
  std::string out(prefix);
  for (std::size_t i = 0; i < kAccountDigits; ++i) out.push_back(kBase32[bits >> (5 * (kAccountDigits - 1 - i)) & 31]);
  for (std::size_t i = kAccountDigits; i < kDigits; ++i, random >>= 5) out.push_back(kBase32[random & 31]);
  return out;
}

Result<Credential> ParseRootCredential(std::string_view text, const AccountId& default_account) {
  const std::size_t first = text.find(':');
  if (first == std::string_view::npos || first == 0) {
    return InvalidSetting("root credentials have the form KEY:SECRET or KEY:SECRET:ACCOUNT");
  }
  Credential credential;
  credential.access_key_id = std::string(text.substr(0, first));
  std::string_view secret = text.substr(first + 1);
  std::optional<AccountId> account;
  if (const std::size_t last = secret.rfind(':'); last != std::string_view::npos) {
    const std::string_view tail = secret.substr(last + 1);
    if (!IsAccountId(tail))
      return InvalidSetting("the account of root credentials must be twelve digits, not '" + std::string(tail) + "'");
    account = AccountId(std::string(tail));
    secret = secret.substr(0, last);
  }
  if (!IsKeyText(credential.access_key_id))
    return InvalidSetting("an access key may hold letters, digits, '_', '-' and '.' only");
  if (secret.empty()) return InvalidSetting("the secret of root credentials must not be empty");
  credential.secret_access_key = std::string(secret);
  if (!account) account = IsAccountId(credential.access_key_id) ? AccountId(credential.access_key_id) : default_account;
  credential.principal = RootPrincipal(*account);
  return credential;
}

Principal RootPrincipal(const AccountId& account, std::string_view partition) {
  Principal principal;
  principal.type = PrincipalType::kRoot;
  principal.account = account;
  principal.arn.append("arn:").append(partition).append(":iam::").append(account.str()).append(":root");
  principal.user_id = account.str();
  return principal;
}

}  // namespace stratolite::auth
