#include "patterns/value_test.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "patterns/json_reader.hpp"

namespace stratolite::patterns::internal {
namespace {

/// Only characters whose two cases are of the same length in UTF-8.
unsigned LowerOf(unsigned c) {
  if (c >= 'A' && c <= 'Z') return c + 0x20;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 0x20;
  const bool even_is_upper = (c >= 0x100 && c <= 0x12F) || (c >= 0x132 && c <= 0x137) || (c >= 0x14A && c <= 0x177) ||
                             (c >= 0x460 && c <= 0x481);
  if (even_is_upper) return c | 1U;
  const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (odd_is_upper) return c + (c & 1U);
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 0x20;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c;
}

bool AnyPrefix(const std::vector<std::string>& prefixes, std::string_view text) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return text.starts_with(prefix); });
}

bool AnySuffix(const std::vector<std::string>& suffixes, std::string_view text) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](const std::string& suffix) { return text.ends_with(suffix); });
}

bool AnyEqual(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool AnyWildcard(const std::vector<Wildcard>& wildcards, std::string_view text) {
  return std::any_of(wildcards.begin(), wildcards.end(),
                     [&](const Wildcard& wildcard) { return wildcard.Matches(text); });
}

}  // namespace

std::optional<std::int64_t> Comparable(double number, const NumberRules& rules) {
  if (!(number >= -rules.limit && number <= rules.limit)) return std::nullopt;
  return std::llround(number * rules.scale);
}

double ToDouble(std::string_view json_number) {
  double number = 0;
  const auto [end, error] = std::from_chars(json_number.data(), json_number.data() + json_number.size(), number);
  if (error != std::errc::result_out_of_range) return number;
  // Too large, or too small to be told from zero.
  const std::size_t exponent = json_number.find_first_of("eE");
  const bool tiny = exponent != std::string_view::npos && json_number.substr(exponent + 1, 1) == "-";
  return tiny ? 0 : std::numeric_limits<double>::infinity();
}

std::string CanonicalNumber(double number) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  return error == std::errc() ? std::string(buffer, end) : std::string();
}

std::string CanonicalNumber(std::string_view json_number) {
  if (json_number == "-0") return "0";
  const bool integer = json_number.find_first_of(".eE") == std::string_view::npos;
  // As the JSON library reads integers: beyond 64 bits they are doubles.
  std::int64_t signed_value = 0;
  std::uint64_t unsigned_value = 0;
  const char* const begin = json_number.data();
  const char* const end = begin + json_number.size();
  if (integer && (std::from_chars(begin, end, signed_value).ec == std::errc() ||
                  std::from_chars(begin, end, unsigned_value).ec == std::errc())) {
    return std::string(json_number);
  }
  const double number = ToDouble(json_number);
  return std::isfinite(number) ? CanonicalNumber(number) : std::string(json_number);
}

std::string FoldCase(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      folded.push_back(static_cast<char>(LowerOf(c)));
    } else if (c >= 0xC2 && c < 0xE0 && i + 1 < text.size() &&
               (static_cast<unsigned char>(text[i + 1]) & 0xC0) == 0x80) {
      AppendUtf8(&folded, LowerOf((c & 0x1FU) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3FU)));
    } else {
      folded.push_back(text[i]);
    }
  }
  return folded;
}

const std::string& Value::folded() const {
  if (!folded_) folded_ = std::make_unique<std::string>(FoldCase(text_));
  return *folded_;
}

const std::optional<IpAddress>& Value::ip() const {
  if (!ip_known_ && kind_ == Kind::kString) ip_ = ParseIpAddress(text_);
  ip_known_ = true;
  return ip_;
}

bool ValueTest::HoldsForString(const Value& value) const {
  const std::string_view text = value.text();
  switch (kind) {
    case Kind::kString:
      return text == texts.front();
    case Kind::kPrefix:
      return text.starts_with(texts.front());
    case Kind::kPrefixIgnoreCase:
      return value.folded().starts_with(texts.front());
    case Kind::kSuffix:
      return text.ends_with(texts.front());
    case Kind::kSuffixIgnoreCase:
      return value.folded().ends_with(texts.front());
    case Kind::kEqualsIgnoreCase:
      return value.folded() == texts.front();
    case Kind::kWildcard:
      return wildcards.front().Matches(text);
    case Kind::kIpRange:
      return value.ip() && ips.Contains(*value.ip());
    case Kind::kAnythingBut:
      return !AnyEqual(texts, text);
    case Kind::kAnythingButPrefix:
      return !AnyPrefix(texts, text);
    case Kind::kAnythingButSuffix:
      return !AnySuffix(texts, text);
    case Kind::kAnythingButIgnoreCase:
      return !AnyEqual(texts, value.folded());
    case Kind::kAnythingButWildcard:
      return !AnyWildcard(wildcards, text);
    default:
      return false;
  }
}

bool ValueTest::HoldsForNumber(const Value& value) const {
  const auto& number = value.number();
  switch (kind) {
    case Kind::kNumber:
      return numbers.empty() || !number ? numbers.empty() && !number && value.text() == texts.front()
                                        : *number == numbers.front();
    case Kind::kNumericRange:
      if (!number) return false;
      if (low && (low_open ? *number <= *low : *number < *low)) return false;
      return !high || (high_open ? *number < *high : *number <= *high);
    case Kind::kAnythingBut:
      return !number || std::find(numbers.begin(), numbers.end(), *number) == numbers.end();
    case Kind::kAnythingButPrefix:
    case Kind::kAnythingButSuffix:
    case Kind::kAnythingButIgnoreCase:
    case Kind::kAnythingButWildcard:
      return true;
    default:
      return false;
  }
}

bool ValueTest::Holds(const Value& value) const {
  if (kind == Kind::kExists) return true;
  switch (value.kind()) {
    case Value::Kind::kString:
      return HoldsForString(value);
    case Value::Kind::kNumber:
      return HoldsForNumber(value);
    case Value::Kind::kTrue:
      if (kind == Kind::kTrue) return true;
      break;
    case Value::Kind::kFalse:
      if (kind == Kind::kFalse) return true;
      break;
    case Value::Kind::kNull:
      if (kind == Kind::kNull) return true;
      break;
  }
  return kind >= Kind::kAnythingBut;
}

}  // namespace stratolite::patterns::internal
