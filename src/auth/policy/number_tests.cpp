#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "auth/policy/value_test.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::auth::language {
namespace {

enum class Order { kEquals, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

Order OrderOf(Comparison comparison) {
  switch (comparison) {
    case Comparison::kNumericLess:
    case Comparison::kDateLess:
      return Order::kLess;
    case Comparison::kNumericLessOrEqual:
    case Comparison::kDateLessOrEqual:
      return Order::kLessOrEqual;
    case Comparison::kNumericGreater:
    case Comparison::kDateGreater:
      return Order::kGreater;
    case Comparison::kNumericGreaterOrEqual:
    case Comparison::kDateGreaterOrEqual:
      return Order::kGreaterOrEqual;
    default:
      return Order::kEquals;
  }
}

/// Wide enough for every 64-bit integer.
std::optional<long double> ParseNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  long double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

/// What W3C's profile of ISO 8601 lets one leave out, filled in: `2020`, `2020-04`, `2020-04-01`, `2020-04-01T12:00Z`.
std::string CompletedDate(std::string_view text) {
  std::string date(text);
  if (date.size() == 7) date += "-01";
  if (date.size() == 10) return date + "T00:00:00Z";
  constexpr std::size_t kMinutesEnd = 16;
  if (date.size() > kMinutesEnd && date[10] == 'T' && date[13] == ':' && date[kMinutesEnd] != ':')
    date.insert(kMinutesEnd, ":00");
  return date;
}

/// ISO 8601, or seconds since the epoch.
std::optional<TimePoint> ParseDate(std::string_view text) {
  if (text.find_first_not_of("-0123456789.") == std::string_view::npos && text.rfind('-') + 1 <= 1) {
    const auto number = ParseNumber(text);
    return number ? FromEpochSeconds(static_cast<double>(*number)) : std::nullopt;
  }
  if (const auto exact = ParseIso8601(text)) return exact;
  return ParseIso8601(CompletedDate(text));
}

template <typename Value, std::optional<Value> (*kParse)(std::string_view)>
class OrderTest final : public ValueTest {
 public:
  OrderTest(Order order, std::string_view text) : order_(order), bound_(kParse(text)) {}

  bool Matches(std::string_view text) const override {
    const std::optional<Value> value = kParse(text);
    if (!value || !bound_) return false;
    switch (order_) {
      case Order::kEquals:
        return *value == *bound_;
      case Order::kLess:
        return *value < *bound_;
      case Order::kLessOrEqual:
        return *value <= *bound_;
      case Order::kGreater:
        return *value > *bound_;
      case Order::kGreaterOrEqual:
        return *value >= *bound_;
    }
    return false;
  }

 private:
  Order order_;
  std::optional<Value> bound_;
};

}  // namespace

ValueTestPtr MakeNumericTest(Comparison comparison, const Tokens& tokens) {
  return std::make_unique<OrderTest<long double, &ParseNumber>>(OrderOf(comparison), TextOf(tokens));
}

ValueTestPtr MakeDateTest(Comparison comparison, const Tokens& tokens) {
  return std::make_unique<OrderTest<TimePoint, &ParseDate>>(OrderOf(comparison), TextOf(tokens));
}

}  // namespace stratolite::auth::language
