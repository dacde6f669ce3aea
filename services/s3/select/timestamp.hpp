#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::s3::select {

enum class DatePart { kYear, kMonth, kDay, kHour, kMinute, kSecond, kTimezoneHour, kTimezoneMinute };

/// `year`, whatever the case. nullopt: none.
std::optional<DatePart> FindDatePart(std::string_view name);

/// A moment with a local offset, as precise as it was written. Microseconds at most; AWS's have any precision. Immutable.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html
class Timestamp {
 public:
  enum class Precision { kYear, kMonth, kDay, kMinute, kSecond, kFraction };

  /// The W3C's note on dates and times: `2007T`, `2007-02T`, `2007-02-23[T]`, `2007-02-23T12:14Z`, `2007-02-23T12:14:33.079-08:00`. nullopt: none of them.
  static std::optional<Timestamp> Parse(std::string_view text);
  static Timestamp At(TimePoint time);

  std::string ToText() const;
  std::int64_t Part(DatePart part) const;
  /// nullopt: out of the years 0001 to 9999.
  std::optional<Timestamp> Add(DatePart part, std::int64_t count) const;
  /// How many whole parts later `other` is.
  std::int64_t Difference(DatePart part, const Timestamp& other) const;
  /// By a pattern such as `MMMM d, y`. Errors: EvaluatorInvalidTimestampFormatPattern and its kin.
  Result<std::string> Format(std::string_view pattern) const;

  friend std::strong_ordering operator<=>(const Timestamp& a, const Timestamp& b) { return a.utc_ <=> b.utc_; }
  friend bool operator==(const Timestamp& a, const Timestamp& b) { return a.utc_ == b.utc_; }

 private:
  TimePoint local() const { return utc_ + std::chrono::minutes(offset_minutes_.value_or(0)); }

  TimePoint utc_;
  Precision precision_ = Precision::kYear;
  /// nullopt: unknown, `-00:00`.
  std::optional<int> offset_minutes_;
  int fraction_digits_ = 0;
};

}  // namespace stratolite::s3::select
