#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stratolite::s3::select {

__extension__ using Int128 = __int128;

/// A number of base 10 with up to 38 digits, as S3 Select's DECIMAL has: `coefficient * 10^exponent`. Results of more digits are rounded half to even.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html Immutable.
class Decimal {
 public:
  Decimal() = default;
  explicit Decimal(std::int64_t whole) : coefficient_(whole) {}
  /// `-12.50`, `1e9`; nullopt: not a number, or its exponent is beyond ±9999.
  static std::optional<Decimal> Parse(std::string_view text);
  /// nullopt: infinite or not a number.
  static std::optional<Decimal> FromDouble(double value);

  /// As it was written (`1.50`), with an exponent only where there would be more than a few zeros.
  std::string ToText() const;
  double ToDouble() const;
  /// Without its fraction; nullopt: beyond 64 bits.
  std::optional<std::int64_t> Truncated() const;
  bool is_zero() const { return coefficient_ == 0; }
  bool is_whole() const;

  Decimal operator-() const { return {-coefficient_, exponent_}; }
  /// `precondition` of `/` and `%`: the divisor is not zero.
  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b) { return a + -b; }
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  friend Decimal operator/(const Decimal& a, const Decimal& b);
  friend Decimal operator%(const Decimal& a, const Decimal& b);
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == std::strong_ordering::equal; }

 private:
  Decimal(Int128 coefficient, int exponent) : coefficient_(coefficient), exponent_(exponent) {}
  /// With at most `digits` digits.
  Decimal Rounded(int digits) const;
  /// Without trailing zeros.
  Decimal Stripped() const;

  Int128 coefficient_ = 0;
  int exponent_ = 0;
};

}  // namespace stratolite::s3::select
