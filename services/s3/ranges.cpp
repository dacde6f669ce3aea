#include "s3/ranges.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "s3/errors.hpp"

namespace stratolite::s3 {
namespace {

std::optional<std::uint64_t> ParsePosition(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<std::optional<ByteRange>> ParseRange(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const std::optional<ByteRange> whole;
  if (!header.starts_with(kUnit)) return whole;
  const std::string_view spec = header.substr(kUnit.size());
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto first = ParsePosition(spec.substr(0, dash));
  const auto last = ParsePosition(spec.substr(dash + 1));
  if (dash == 0) {
    if (!last) return whole;
    if (*last == 0 || size == 0) return InvalidRange(header, size);
    const std::uint64_t length = std::min(*last, size);
    return std::optional(ByteRange{size - length, length});
  }
  if (!first || (!last && dash + 1 != spec.size())) return whole;
  if (last && *last < *first) return whole;
  if (*first >= size) return InvalidRange(header, size);
  return std::optional(ByteRange{*first, last ? std::min(*last, size - 1) - *first + 1 : size - *first});
}

std::string ContentRange(const ByteRange& range, std::uint64_t size) {
  return fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.length - 1, size);
}

}  // namespace stratolite::s3
