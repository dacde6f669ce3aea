#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "auth/policy/value_test.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::auth::language {
namespace {

struct Address {
  /// In bits: 32 or 128.
  int size = 0;
  std::array<std::uint8_t, 16> bytes = {};
};

/// IPv4 addresses that are written as IPv6 ones (`::ffff:10.0.0.1`) are IPv4 addresses.
std::optional<Address> ParseAddress(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) {
    address.size = 32;
    return address;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) != 1) return std::nullopt;
  address.size = 128;
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) return address;
  Address mapped{32, {}};
  std::copy(address.bytes.begin() + kMapped.size(), address.bytes.end(), mapped.bytes.begin());
  return mapped;
}

class AddressTest final : public ValueTest {
 public:
  explicit AddressTest(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto network = ParseAddress(text.substr(0, slash));
    if (!network) return;
    int bits = network->size;
    if (slash != std::string_view::npos) {
      const auto given = ParseWholeNumber<int>(text.substr(slash + 1));
      if (!given || *given < 0 || *given > network->size) return;
      bits = *given;
    }
    network_ = network;
    bits_ = bits;
  }

  bool Matches(std::string_view value) const override {
    if (!network_) return false;
    const auto address = ParseAddress(value);
    if (!address || address->size != network_->size) return false;
    for (int bit = 0; bit < bits_; bit += 8) {
      const int left = bits_ - bit;
      const auto mask = static_cast<std::uint8_t>(left >= 8 ? 0xFF : 0xFF << (8 - left));
      const auto at = static_cast<std::size_t>(bit / 8);
      if (((address->bytes[at] ^ network_->bytes[at]) & mask) != 0) return false;
    }
    return true;
  }

 private:
  std::optional<Address> network_;
  int bits_ = 0;
};

}  // namespace

ValueTestPtr MakeAddressTest(const Tokens& tokens) { return std::make_unique<AddressTest>(TextOf(tokens)); }

}  // namespace stratolite::auth::language
