#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stratolite {

std::string Base64Encode(std::string_view bytes);
/// Strict RFC 4648 with padding required. nullopt: malformed.
std::optional<std::string> Base64Decode(std::string_view text);

/// Lower case.
std::string HexEncode(std::string_view bytes);
std::optional<std::string> HexDecode(std::string_view text);

/// RFC 3986: everything but `A-Za-z0-9-._~` becomes `%XX`, upper case; `/` stays when `keep_slash`.
std::string PercentEncode(std::string_view text, bool keep_slash = false);
/// nullopt: a `%` without two hex digits. `+` becomes a space only when `plus_is_space` (form bodies, query strings).
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);

/// ASCII letters lowered, all other bytes as they are, whatever the locale.
std::string AsciiLower(std::string_view text);

bool IsValidUtf8(std::string_view text);
/// Unicode code points in valid UTF-8.
std::size_t Utf8Length(std::string_view text);

/// Closest of `candidates` by edit distance, for "did you mean"; empty when none is near.
std::string_view NearestName(std::string_view word, std::span<const std::string_view> candidates);

/// Digests as raw bytes. Thread-safe.
using Md5Digest = std::array<std::uint8_t, 16>;
using Sha256Digest = std::array<std::uint8_t, 32>;
Md5Digest Md5(std::string_view bytes);
Sha256Digest Sha256(std::string_view bytes);
Sha256Digest HmacSha256(std::string_view key, std::string_view message);
std::string Md5Hex(std::string_view bytes);
std::string Sha256Hex(std::string_view bytes);
/// Reads no more of either than their length tells; the time does not depend on where they differ.
bool ConstantTimeEquals(std::string_view a, std::string_view b);

template <std::size_t N>
std::string_view AsBytes(const std::array<std::uint8_t, N>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), N};
}

}  // namespace stratolite
