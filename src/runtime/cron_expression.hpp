#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stratolite::runtime {

/// The six fields of AWS's cron, without a time zone: minutes, hours, day of the month, month, day of the week, year. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
class CronExpression {
 public:
  static constexpr int kFirstYear = 1970;
  static constexpr int kLastYear = 2199;

  /// What stands between `cron(` and `)`. nullopt: AWS would not take it.
  static std::optional<CronExpression> Parse(std::string_view fields);

  /// The first minute at or after `from`, which need not be a whole one; nullopt: none up to 2199.
  std::optional<std::chrono::local_seconds> FirstFrom(std::chrono::local_seconds from) const;

 private:
  /// One of the two fields that name days: a set of numbers, or one of the special forms. `n` and `nth` belong to the form.
  struct DayRule {
    enum class Form { kAny, kSet, kLast, kLastWeekday, kNearestWeekday, kLastOfWeekday, kNthWeekday };
    Form form = Form::kAny;
    std::uint64_t set = 0;
    unsigned n = 0;
    unsigned nth = 0;
  };
  static std::optional<DayRule> ParseDaysOfMonth(std::string_view text);
  static std::optional<DayRule> ParseDaysOfWeek(std::string_view text);
  bool MatchesDay(std::chrono::year_month_day day) const;

  std::uint64_t minutes_ = 0;
  std::uint64_t hours_ = 0;
  std::uint64_t months_ = 0;
  std::bitset<kLastYear - kFirstYear + 1> years_;
  DayRule month_days_;
  DayRule week_days_;
};

}  // namespace stratolite::runtime
