#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"

namespace stratolite::sts {

/// A JSON web token in compact form (RFC 7519, RFC 7515), taken apart and not verified. Plain data.
struct JsonWebToken {
  Json header;
  Json claims;
  /// What the signature is over: the first two parts as sent.
  std::string signing_input;
  /// Raw bytes; empty for unsigned tokens.
  std::string signature;
};

/// nullopt: not three parts of URL-safe base64, or no JSON objects in them.
std::optional<JsonWebToken> ParseJsonWebToken(std::string_view text);

/// A private key for one algorithm: RS256 (2 048 bits) or ES384. Every function throws std::runtime_error when OpenSSL fails.
/// Immutable.
namespace jwt {

inline constexpr std::string_view kRs256 = "RS256";
inline constexpr std::string_view kEs384 = "ES384";

/// PEM, PKCS #8.
std::string GeneratePrivateKey(std::string_view algorithm);
/// The JWS signature, raw bytes: PKCS #1 v1.5 or r and s side by side.
std::string SignBytes(std::string_view algorithm, const std::string& private_key_pem, std::string_view text);
bool VerifyBytes(std::string_view algorithm, const std::string& private_key_pem, std::string_view text,
                 std::string_view signature);
/// The public half as a JSON web key (RFC 7517), without `kid`.
Json PublicKey(std::string_view algorithm, const std::string& private_key_pem);

}  // namespace jwt
}  // namespace stratolite::sts
