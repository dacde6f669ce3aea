#include "s3/bucket_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace stratolite::s3 {
namespace {

constexpr std::size_t kMinLength = 3;
constexpr std::size_t kMaxLength = 63;
constexpr std::array<std::string_view, 3> kReservedPrefixes = {"xn--", "sthree-", "amzn-s3-demo-"};
constexpr std::array<std::string_view, 5> kReservedSuffixes = {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLowerAlphanumeric(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }

/// Four groups of digits: AWS asks for no more than the look of an address.
bool LooksLikeAddress(std::string_view name) {
  int groups = 1;
  bool empty = true;
  for (const char c : name) {
    if (c == '.') {
      if (empty) return false;
      ++groups;
      empty = true;
    } else if (!IsDigit(c)) {
      return false;
    } else {
      empty = false;
    }
  }
  return groups == 4 && !empty;
}

}  // namespace

bool IsBucketName(std::string_view name) {
  if (name.size() < kMinLength || name.size() > kMaxLength) return false;
  if (!IsLowerAlphanumeric(name.front()) || !IsLowerAlphanumeric(name.back())) return false;
  if (!std::all_of(name.begin(), name.end(), [](char c) { return IsLowerAlphanumeric(c) || c == '.' || c == '-'; }))
    return false;
  if (name.find("..") != std::string_view::npos || LooksLikeAddress(name)) return false;
  return std::none_of(kReservedPrefixes.begin(), kReservedPrefixes.end(),
                      [&](auto part) { return name.starts_with(part); }) &&
         std::none_of(kReservedSuffixes.begin(), kReservedSuffixes.end(),
                      [&](auto part) { return name.ends_with(part); });
}

std::string BucketArn(const Region& region, std::string_view name) {
  return fmt::format("arn:{}:s3:::{}", PartitionOf(region), name);
}

}  // namespace stratolite::s3
