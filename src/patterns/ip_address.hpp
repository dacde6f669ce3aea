#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace stratolite::patterns::internal {

/// An IPv4 or IPv6 address. Plain data.
struct IpAddress {
  /// 4 or 16.
  int size = 0;
  std::array<std::uint8_t, 16> bytes = {};

  auto operator<=>(const IpAddress&) const = default;
};

/// A literal address: `10.0.0.1`, `2001:db8::1`; nullopt for anything else. An IPv4 address written as `::ffff:a00:1` is the IPv4 address. Thread-safe.
std::optional<IpAddress> ParseIpAddress(std::string_view text);
/// Whether AWS tries to read `text` as an address at all: four numbers with dots between, or hexadecimal digits and colons.
bool LooksLikeIpAddress(std::string_view text);

/// A range of addresses of one size. Plain data.
struct IpRange {
  IpAddress bottom;
  IpAddress top;

  bool Contains(const IpAddress& address) const {
    return address.size == bottom.size && bottom <= address && address <= top;
  }
};

/// `10.0.0.0/24`, or what AWS says is wrong with it (`Malformed CIDR, one '/' required`). Thread-safe.
std::variant<IpRange, std::string> ParseCidr(std::string_view text);

}  // namespace stratolite::patterns::internal
