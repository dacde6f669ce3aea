#include "http/egress_rules.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace stratolite::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::uint32_t V4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// Beside those in 169.254.0.0/16: Alibaba Cloud's (https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata) and Oracle Cloud's, which
// is reachable at 192.0.0.192 too (https://docs.oracle.com/iaas/Content/Network/Concepts/overview.htm); Azure's platform address
// (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
constexpr std::array<std::uint32_t, 3> kMetadataV4{V4(100, 100, 100, 200), V4(192, 0, 0, 192), V4(168, 63, 129, 16)};

bool IsRefused(const ip::address_v4& address) {
  const std::uint32_t bits = address.to_uint();
  if (bits >> 16 == V4(0, 0, 169, 254)) return true;
  return std::find(kMetadataV4.begin(), kMetadataV4.end(), bits) != kMetadataV4.end();
}

bool StartsWith(const ip::address_v6::bytes_type& bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

ip::address_v4 V4At(const ip::address_v6::bytes_type& bytes, std::size_t at) {
  return ip::address_v4({bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
}

bool IsRefused(const ip::address_v6& address) {
  const auto bytes = address.to_bytes();
  if (address.is_link_local()) return true;
  // EC2's services for instances, fd00:ec2::254 and ::23 (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html),
  // and Google Cloud's fd20:ce::254.
  if (StartsWith(bytes, {0xfd, 0x00, 0x0e, 0xc2}) || StartsWith(bytes, {0xfd, 0x20, 0x00, 0xce})) return true;
  // An IPv4 address in another coat: mapped (RFC 4291), compatible (deprecated there), translated (RFC 6052, RFC 2765), 6to4 (RFC 3056).
  if (address.is_v4_mapped() || StartsWith(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) ||
      StartsWith(bytes, {0, 0x64, 0xff, 0x9b}) || StartsWith(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}))
    return IsRefused(V4At(bytes, 12));
  return StartsWith(bytes, {0x20, 0x02}) && IsRefused(V4At(bytes, 2));
}

}  // namespace

std::optional<std::string> EgressRules::Refusal(const ip::address& address) const {
  if (allow_metadata_) return std::nullopt;
  if (address.is_v4() ? !IsRefused(address.to_v4()) : !IsRefused(address.to_v6())) return std::nullopt;
  return "Calls to " + address.to_string() +
         " are refused: it is link-local or a cloud's metadata service, which hands out credentials of this machine.";
}

}  // namespace stratolite::http
