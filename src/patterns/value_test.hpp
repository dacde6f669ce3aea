#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patterns/ip_address.hpp"
#include "patterns/wildcard.hpp"

namespace stratolite::patterns::internal {

/// Which numbers a service compares as numbers: others are compared as they are written. Plain data.
struct NumberRules {
  double limit;
  /// 10 to the number of decimal places that count.
  double scale;
  /// The limit as AWS writes it: `5.0E9`.
  std::string_view limit_text;
};

/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-numeric-matching
inline constexpr NumberRules kEventNumbers = {5e9, 1e6, "5.0E9"};
/// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
inline constexpr NumberRules kSnsNumbers = {1e9, 1e5, "1.0E9"};

/// A number as the services compare it; nullopt: beyond the limit.
std::optional<std::int64_t> Comparable(double number, const NumberRules& rules);
/// One spelling for equal numbers: integers as their digits, others as the shortest text of the double. Precondition: a JSON number.
std::string CanonicalNumber(std::string_view json_number);
std::string CanonicalNumber(double number);
/// Of a JSON number; infinite where no double is that large.
double ToDouble(std::string_view json_number);

/// Small letters for large ones of Latin, Greek and Cyrillic; other characters stay.
std::string FoldCase(std::string_view text);

/// One scalar of an event, as the tests look at it; what they compute of it is kept. Confined to one matching.
class Value {
 public:
  enum class Kind { kString, kNumber, kTrue, kFalse, kNull };

  /// `text` must outlive the value: a string's content; of a number without a comparable form its canonical spelling.
  Value(Kind kind, std::string_view text, std::optional<std::int64_t> number = std::nullopt)
      : kind_(kind), text_(text), number_(number) {}

  Kind kind() const { return kind_; }
  std::string_view text() const { return text_; }
  const std::optional<std::int64_t>& number() const { return number_; }
  const std::string& folded() const;
  const std::optional<IpAddress>& ip() const;

 private:
  Kind kind_;
  std::string_view text_;
  std::optional<std::int64_t> number_;
  mutable std::unique_ptr<std::string> folded_;
  mutable bool ip_known_ = false;
  mutable std::optional<IpAddress> ip_;
};

/// One entry of a pattern's list: a value, or an operator. Immutable once compiled.
struct ValueTest {
  enum class Kind {
    kString,
    kNumber,
    kTrue,
    kFalse,
    kNull,
    kPrefix,
    kPrefixIgnoreCase,
    kSuffix,
    kSuffixIgnoreCase,
    kEqualsIgnoreCase,
    kWildcard,
    kNumericRange,
    kIpRange,
    kExists,
    kAbsent,
    kAnythingBut,
    kAnythingButPrefix,
    kAnythingButSuffix,
    kAnythingButIgnoreCase,
    kAnythingButWildcard,
  };

  Kind kind;
  /// The operands, folded where case does not matter; of kNumber its canonical spelling.
  std::vector<std::string> texts = {};
  /// Comparable ones: kNumber's (none: compared as text), kAnythingBut's.
  std::vector<std::int64_t> numbers = {};
  std::vector<Wildcard> wildcards = {};
  /// kNumericRange: nullopt for no bound.
  std::optional<std::int64_t> low = std::nullopt;
  std::optional<std::int64_t> high = std::nullopt;
  bool low_open = false;
  bool high_open = false;
  IpRange ips = {};

  /// kAbsent holds for no value.
  bool Holds(const Value& value) const;

 private:
  bool HoldsForString(const Value& value) const;
  bool HoldsForNumber(const Value& value) const;
};

using ValueTests = std::vector<ValueTest>;

}  // namespace stratolite::patterns::internal
