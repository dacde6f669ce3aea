#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stratolite::storage {
class Database;
}
namespace stratolite::runtime {
class Random;
}

namespace stratolite::auth {

/// The purpose under which a denied request's details are sealed for DecodeAuthorizationMessage.
inline constexpr std::string_view kAuthorizationMessage = "authorization-message";

/// Texts that the daemon hands out and nobody else may read or change: encoded authorization messages (what a denied caller may show to
/// somebody with `sts:DecodeAuthorizationMessage`), trade-in tokens. AES-256-GCM under a key of the world, stored with its credentials; after a
/// reset older messages cannot be opened. `db` and `random` must outlive it, and the world's credential store must have been made (it owns the
/// table). Thread-safe. Blocks.
class SealedMessages {
 public:
  /// `purpose` separates kinds of messages: what was sealed for one cannot be opened for another.
  SealedMessages(storage::Database& db, runtime::Random& random, std::string_view purpose)
      : db_(db), random_(random), purpose_(purpose) {}

  /// Letters, digits, `-` and `_`. Not from within a transaction.
  std::string Seal(std::string_view text);
  /// nullopt: not sealed here, for another purpose, or changed.
  std::optional<std::string> Open(std::string_view sealed);

 private:
  std::string Key();

  storage::Database& db_;
  runtime::Random& random_;
  const std::string purpose_;
};

/// URL-safe base64 without padding (RFC 4648 section 5), as JSON web tokens use it.
std::string Base64UrlEncode(std::string_view bytes);
/// nullopt: malformed. Padding is accepted.
std::optional<std::string> Base64UrlDecode(std::string_view text);

}  // namespace stratolite::auth
