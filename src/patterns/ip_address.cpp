#include "patterns/ip_address.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "stratolite/base/numbers.hpp"

namespace stratolite::patterns::internal {
namespace {

bool IsDecimal(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool LooksLikeIpv4(std::string_view text) {
  const auto parts = SplitAt(text, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), IsDecimal);
}

bool LooksLikeIpv6(std::string_view text) {
  return text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:") == std::string_view::npos;
}

std::optional<IpAddress> ParseIpv4(std::string_view text) {
  IpAddress address;
  address.size = 4;
  std::size_t i = 0;
  for (const std::string_view part : SplitAt(text, '.')) {
    const auto value = ParseWholeNumber<unsigned>(part);
    if (!value || *value > 255) return std::nullopt;
    address.bytes[i++] = static_cast<std::uint8_t>(*value);
  }
  return address;
}

/// Appends the groups of one side of `::`.
bool ReadGroups(std::string_view text, std::vector<std::uint16_t>* groups) {
  if (text.empty()) return true;
  for (const std::string_view part : SplitAt(text, ':')) {
    const auto value = ParseWholeNumber<std::uint16_t>(part, 16);
    if (!value || part.size() > 4) return false;
    groups->push_back(*value);
  }
  return true;
}

std::optional<IpAddress> ParseIpv6(std::string_view text) {
  std::vector<std::uint16_t> head;
  std::vector<std::uint16_t> tail;
  if (const std::size_t gap = text.find("::"); gap != std::string_view::npos) {
    const std::string_view rest = text.substr(gap + 2);
    if (rest.find("::") != std::string_view::npos || !ReadGroups(text.substr(0, gap), &head) ||
        !ReadGroups(rest, &tail))
      return std::nullopt;
    if (head.size() + tail.size() > 7) return std::nullopt;
  } else if (!ReadGroups(text, &head) || head.size() != 8) {
    return std::nullopt;
  }
  head.resize(8 - tail.size(), 0);
  head.insert(head.end(), tail.begin(), tail.end());
  IpAddress address;
  address.size = 16;
  for (std::size_t i = 0; i < 8; ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(head[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(head[i] & 0xFF);
  }
  const bool mapped =
      std::all_of(head.begin(), head.begin() + 5, [](std::uint16_t group) { return group == 0; }) && head[5] == 0xFFFF;
  if (!mapped) return address;
  IpAddress short_form;
  short_form.size = 4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), short_form.bytes.begin());
  return short_form;
}

/// Java's Integer.parseInt.
std::optional<int> ParseMaskBits(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  return ParseWholeNumber<int>(text);
}

}  // namespace

bool LooksLikeIpAddress(std::string_view text) {
  return text.size() <= 256 && (LooksLikeIpv4(text) || LooksLikeIpv6(text));
}

std::optional<IpAddress> ParseIpAddress(std::string_view text) {
  if (text.size() > 256) return std::nullopt;
  if (LooksLikeIpv4(text)) return ParseIpv4(text);
  if (LooksLikeIpv6(text)) return ParseIpv6(text);
  return std::nullopt;
}

std::variant<IpRange, std::string> ParseCidr(std::string_view text) {
  // Java's String.split: empty parts at the end do not count.
  std::vector<std::string_view> parts = SplitAt(text, '/');
  while (parts.size() > 1 && parts.back().empty()) parts.pop_back();
  if (parts.size() != 2) return "Malformed CIDR, one '/' required";
  const std::optional<int> mask_bits = ParseMaskBits(parts[1]);
  if (!mask_bits) return "Malformed CIDR, mask bits must be an integer";
  if (*mask_bits < 0) return "Malformed CIDR, mask bits must not be negative";
  if (!LooksLikeIpAddress(parts[0])) return "Nonstandard IP address: " + std::string(parts[0]);
  const std::optional<IpAddress> address = ParseIpAddress(parts[0]);
  if (!address) return "Invalid IP address: " + std::string(parts[0]);
  if (address->size == 4 && *mask_bits > 32) return "IPv4 mask bits must be <= 32";
  if (address->size == 16 && *mask_bits > 128) return "IPv6 mask bits must be <= 128";
  IpRange range = {*address, *address};
  for (int bit = *mask_bits; bit < address->size * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit % 8));
    range.bottom.bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~mask);
    range.top.bytes[static_cast<std::size_t>(bit / 8)] |= mask;
  }
  return range;
}

}  // namespace stratolite::patterns::internal
