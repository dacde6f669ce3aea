#include "s3/select/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "stratolite/base/numbers.hpp"

namespace stratolite::s3::select {
namespace {

constexpr int kMaxDigits = 38;
constexpr int kMaxExponent = 9999;

Int128 Magnitude(Int128 value) { return value < 0 ? -value : value; }

int DigitCount(Int128 value) {
  int count = 0;
  for (Int128 left = Magnitude(value); left != 0; left /= 10) ++count;
  return count;
}

Int128 PowerOfTen(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// Half to even.
Int128 DropDigits(Int128 value, int digits) {
  if (digits <= 0) return value;
  if (digits > kMaxDigits) return 0;
  const Int128 power = PowerOfTen(digits);
  Int128 quotient = value / power;
  const Int128 rest = Magnitude(value % power);
  const Int128 half = power / 2;
  if (rest > half || (rest == half && quotient % 2 != 0)) quotient += value < 0 ? -1 : 1;
  return quotient;
}

std::string Digits(Int128 value) {
  std::string text;
  for (Int128 left = Magnitude(value); left != 0; left /= 10)
    text += static_cast<char>('0' + static_cast<int>(left % 10));
  if (text.empty()) text = "0";
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Int128 coefficient = 0;
  int exponent = 0;
  int kept = 0;
  bool any = false;
  bool fraction = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    if (kept < kMaxDigits) {
      coefficient = coefficient * 10 + (c - '0');
      if (coefficient != 0) ++kept;
      if (fraction) --exponent;
    } else if (!fraction) {
      ++exponent;
    }
    if (exponent < -kMaxExponent || exponent > kMaxExponent) return std::nullopt;
  }
  if (!any) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    std::string_view power = text.substr(at + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto written = ParseWholeNumber<int>(power);
    if (!written || std::abs(static_cast<long>(*written)) > kMaxExponent) return std::nullopt;
    exponent += *written;
  }
  if (std::abs(exponent) > kMaxExponent) return std::nullopt;
  return Decimal(negative ? -coefficient : coefficient, exponent);
}

std::optional<Decimal> Decimal::FromDouble(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  return Parse(fmt::format("{}", value));
}

std::string Decimal::ToText() const {
  const std::string digits = Digits(coefficient_);
  const std::string sign = coefficient_ < 0 ? "-" : "";
  const int count = static_cast<int>(digits.size());
  const int adjusted = exponent_ + count - 1;
  // The rule of Java's BigDecimal, whose texts AWS's results are.
  if (exponent_ > 0 || adjusted < -6) {
    std::string text = sign + digits.substr(0, 1);
    if (count > 1) text += "." + digits.substr(1);
    return text + fmt::format("E{:+}", adjusted);
  }
  if (exponent_ == 0) return sign + digits;
  if (count > -exponent_) {
    const auto whole = static_cast<std::size_t>(count + exponent_);
    return sign + digits.substr(0, whole) + "." + digits.substr(whole);
  }
  return sign + "0." + std::string(static_cast<std::size_t>(-exponent_ - count), '0') + digits;
}

double Decimal::ToDouble() const {
  const std::string text = fmt::format("{}{}e{}", coefficient_ < 0 ? "-" : "", Digits(coefficient_), exponent_);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return exponent_ < 0 ? 0.0 : coefficient_ < 0 ? -HUGE_VAL : HUGE_VAL;
  return value;
}

bool Decimal::is_whole() const { return exponent_ >= 0 || Stripped().exponent_ >= 0; }

std::optional<std::int64_t> Decimal::Truncated() const {
  if (coefficient_ == 0) return 0;
  if (exponent_ + DigitCount(coefficient_) > 19) return std::nullopt;
  if (exponent_ <= -kMaxDigits) return 0;
  const Int128 whole = exponent_ >= 0 ? coefficient_ * PowerOfTen(exponent_) : coefficient_ / PowerOfTen(-exponent_);
  if (whole > INT64_MAX || whole < INT64_MIN) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

Decimal Decimal::Rounded(int digits) const {
  Decimal result = *this;
  for (int excess = DigitCount(result.coefficient_) - digits; excess > 0;
       excess = DigitCount(result.coefficient_) - digits) {
    result.coefficient_ = DropDigits(result.coefficient_, excess);
    result.exponent_ += excess;
  }
  return result;
}

Decimal Decimal::Stripped() const {
  if (coefficient_ == 0) return {};
  Decimal result = *this;
  while (result.coefficient_ % 10 == 0) {
    result.coefficient_ /= 10;
    ++result.exponent_;
  }
  return result;
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  Decimal high = a.exponent_ >= b.exponent_ ? a : b;
  Decimal low = a.exponent_ >= b.exponent_ ? b : a;
  if (high.coefficient_ == 0) return low;
  if (low.coefficient_ == 0 && high.exponent_ > 0) return high;
  const int room = std::max(0, kMaxDigits - 1 - DigitCount(high.coefficient_));
  const int raised = std::min(room, high.exponent_ - low.exponent_);
  high.coefficient_ *= PowerOfTen(raised);
  high.exponent_ -= raised;
  low.coefficient_ = DropDigits(low.coefficient_, high.exponent_ - low.exponent_);
  low.exponent_ = high.exponent_;
  if (DigitCount(low.coefficient_) == kMaxDigits || DigitCount(high.coefficient_) == kMaxDigits) {
    low.coefficient_ = DropDigits(low.coefficient_, 1);
    high.coefficient_ = DropDigits(high.coefficient_, 1);
    ++high.exponent_;
  }
  return Decimal(high.coefficient_ + low.coefficient_, high.exponent_);
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  const auto product = [](const Decimal& x, const Decimal& y) -> std::optional<Decimal> {
    if (DigitCount(x.coefficient_) + DigitCount(y.coefficient_) > kMaxDigits) return std::nullopt;
    return Decimal(x.coefficient_ * y.coefficient_, x.exponent_ + y.exponent_);
  };
  if (const auto exact = product(a, b)) return *exact;
  const Decimal x = a.Stripped();
  const Decimal y = b.Stripped();
  if (const auto exact = product(x, y)) return *exact;
  const int shorter = std::min(DigitCount(x.coefficient_), DigitCount(y.coefficient_));
  const int most = std::max(kMaxDigits / 2, kMaxDigits - shorter);
  return *product(x.Rounded(DigitCount(x.coefficient_) == shorter ? kMaxDigits - most : most),
                  y.Rounded(DigitCount(x.coefficient_) == shorter ? most : kMaxDigits - most));
}

Decimal operator/(const Decimal& a, const Decimal& b) {
  const Decimal dividend = a.Rounded(kMaxDigits - 1);
  const Decimal divisor = b.Stripped().Rounded(kMaxDigits - 1);
  Int128 quotient = dividend.coefficient_ / divisor.coefficient_;
  Int128 rest = dividend.coefficient_ % divisor.coefficient_;
  int exponent = dividend.exponent_ - divisor.exponent_;
  const bool negative = (dividend.coefficient_ < 0) != (divisor.coefficient_ < 0);
  const Int128 by = Magnitude(divisor.coefficient_);
  quotient = Magnitude(quotient);
  rest = Magnitude(rest);
  while (rest != 0 && DigitCount(quotient) < kMaxDigits && exponent > -kMaxExponent) {
    rest *= 10;
    quotient = quotient * 10 + rest / by;
    rest %= by;
    --exponent;
  }
  if (rest * 2 > by || (rest * 2 == by && quotient % 2 != 0)) ++quotient;
  return Decimal(negative ? -quotient : quotient, exponent).Rounded(kMaxDigits);
}

Decimal operator%(const Decimal& a, const Decimal& b) {
  Decimal quotient = a / b;
  if (quotient.exponent_ + DigitCount(quotient.coefficient_) <= 0) return a;
  if (quotient.exponent_ < 0) {
    quotient = Decimal(quotient.coefficient_ / PowerOfTen(std::min(kMaxDigits, -quotient.exponent_)), 0);
  }
  return a - quotient * b;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const int sign_a = a.coefficient_ < 0 ? -1 : a.coefficient_ > 0;
  const int sign_b = b.coefficient_ < 0 ? -1 : b.coefficient_ > 0;
  if (sign_a != sign_b || sign_a == 0) return sign_a <=> sign_b;
  const int digits_a = DigitCount(a.coefficient_);
  const int digits_b = DigitCount(b.coefficient_);
  const int adjusted_a = a.exponent_ + digits_a;
  const int adjusted_b = b.exponent_ + digits_b;
  if (adjusted_a != adjusted_b) return sign_a > 0 ? adjusted_a <=> adjusted_b : adjusted_b <=> adjusted_a;
  const int digits = std::max(digits_a, digits_b);
  const Int128 full_a = a.coefficient_ * PowerOfTen(digits - digits_a);
  const Int128 full_b = b.coefficient_ * PowerOfTen(digits - digits_b);
  return full_a < full_b   ? std::strong_ordering::less
         : full_a > full_b ? std::strong_ordering::greater
                           : std::strong_ordering::equal;
}

}  // namespace stratolite::s3::select
