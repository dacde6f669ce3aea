#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "runtime/time_zone.hpp"
#include "stratolite/runtime/schedule_expression.hpp"

/// Random expressions against a slow, obvious reference: every minute is looked at, in order.
namespace stratolite::runtime {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;
using std::chrono::year_month_day;

/// A field's text, and what it means.
struct RandomField {
  std::string text;
  std::function<bool(int)> matches;
};

class ExpressionMaker {
 public:
  explicit ExpressionMaker(unsigned seed) : random_(seed) {}

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  RandomField Numbers(int first, int last, bool steps = true) {
    switch (Below(5)) {
      case 0:
        return {"*", [](int) { return true; }};
      case 1: {
        const int one = first + Below(last - first + 1);
        return {std::to_string(one), [one](int n) { return n == one; }};
      }
      case 2: {
        const int from = first + Below(last - first + 1);
        const int to = first + Below(last - first + 1);
        return {std::to_string(from) + "-" + std::to_string(to),
                [from, to](int n) { return from <= to ? n >= from && n <= to : n >= from || n <= to; }};
      }
      case 3: {
        if (!steps) return {"*", [](int) { return true; }};
        const int from = first + Below(last - first + 1);
        const int step = 1 + Below(last - first);
        return {std::to_string(from) + "/" + std::to_string(step),
                [from, step](int n) { return n >= from && (n - from) % step == 0; }};
      }
      default: {
        const RandomField a = Numbers(first, last, steps);
        const RandomField b = Numbers(first, last, steps);
        return {a.text + "," + b.text, [a, b](int n) { return a.matches(n) || b.matches(n); }};
      }
    }
  }

  struct Expression {
    std::string text;
    std::function<bool(local_seconds)> matches;
  };

  Expression Make() {
    const RandomField minute = Numbers(0, 59);
    const RandomField hour = Numbers(0, 23);
    const RandomField month = Numbers(1, 12);
    const auto [day_text, day_matches] = Day();
    return {"cron(" + minute.text + " " + hour.text + " " + day_text[0] + " " + month.text + " " + day_text[1] + " *)",
            [=, day_matches = day_matches](local_seconds at) {
              const local_days date = std::chrono::floor<days>(at);
              const auto clock = std::chrono::duration_cast<minutes>(at - date).count();
              const year_month_day calendar(date);
              return minute.matches(static_cast<int>(clock % 60)) && hour.matches(static_cast<int>(clock / 60)) &&
                     month.matches(static_cast<int>(static_cast<unsigned>(calendar.month()))) && day_matches(date);
            }};
  }

 private:
  using DayRule = std::pair<std::array<std::string, 2>, std::function<bool(local_days)>>;

  static int DayOf(local_days date) { return static_cast<int>(static_cast<unsigned>(year_month_day(date).day())); }
  /// 1 is Sunday.
  static int WeekdayOf(local_days date) { return static_cast<int>(std::chrono::weekday(date).c_encoding()) + 1; }
  static bool SameMonth(local_days a, local_days b) { return year_month_day(a).month() == year_month_day(b).month(); }
  static bool IsLastDay(local_days date) { return !SameMonth(date, date + days(1)); }
  static bool IsWorkday(local_days date) { return WeekdayOf(date) != 1 && WeekdayOf(date) != 7; }

  DayRule Day() {
    const int n = 1 + Below(31);
    const int weekday = 1 + Below(7);
    const int nth = 1 + Below(5);
    switch (Below(8)) {
      case 0:
        return {{"L", "?"}, [](local_days date) { return IsLastDay(date); }};
      case 1:
        return {{"LW", "?"}, [](local_days date) {
                  for (int after = 1; after <= 3; ++after) {
                    if (SameMonth(date, date + days(after)) && IsWorkday(date + days(after))) return false;
                  }
                  return IsWorkday(date);
                }};
      case 2:
        return {{std::to_string(n) + "W", "?"}, [n](local_days date) { return IsNearestTo(date, n); }};
      case 3:
        return {{"?", std::to_string(weekday) + "L"},
                [weekday](local_days date) { return WeekdayOf(date) == weekday && !SameMonth(date, date + days(7)); }};
      case 4:
        return {{"?", std::to_string(weekday) + "#" + std::to_string(nth)}, [weekday, nth](local_days date) {
                  int seen = 0;
                  for (local_days day = date; SameMonth(day, date); day -= days(1))
                    seen += WeekdayOf(day) == weekday ? 1 : 0;
                  return WeekdayOf(date) == weekday && seen == nth;
                }};
      case 5: {
        const RandomField field = Numbers(1, 7, false);
        return {{"?", field.text}, [field](local_days date) { return field.matches(WeekdayOf(date)); }};
      }
      default: {
        const RandomField field = Numbers(1, 31);
        return {{field.text, "?"}, [field](local_days date) { return field.matches(DayOf(date)); }};
      }
    }
  }

  /// Of the workdays of the month, the one that is nearest to its n-th.
  static bool IsNearestTo(local_days date, int n) {
    const year_month_day calendar(date);
    const local_days first{calendar.year() / calendar.month() / 1};
    const local_days wanted = first + days(n - 1);
    if (!SameMonth(wanted, date)) return false;
    local_days best = wanted + days(100);
    for (local_days day = first; SameMonth(day, first); day += days(1)) {
      if (IsWorkday(day) && std::abs((day - wanted).count()) < std::abs((best - wanted).count())) best = day;
    }
    return date == best;
  }

  std::mt19937 random_;
};

/// Walks a stretch of time minute by minute, and asks for the next moment at each match. Counts them into `met`.
void Compare(const ExpressionMaker::Expression& made, std::string_view zone_name, TimePoint from, TimePoint to,
             int& met) {
  SCOPED_TRACE(made.text + " in " + std::string(zone_name));
  const auto expression = ScheduleExpression::Parse(made.text, zone_name);
  ASSERT_TRUE(expression);
  const TimeZone zone = TimeZone::Find(zone_name).value();
  TimePoint last = from - Duration(1);
  // What the wall has shown already does not come again.
  local_seconds latest = zone.ToLocal(from - std::chrono::hours(3));
  for (TimePoint at = from - std::chrono::hours(3); at <= to; at += minutes(1)) {
    const local_seconds local = zone.ToLocal(at);
    const bool fresh = local > latest;
    latest = std::max(latest, local);
    if (at < from || !fresh || !made.matches(local)) continue;
    ASSERT_EQ(expression->Next(last, from), at);
    last = at;
    ++met;
  }
  const auto beyond = expression->Next(last, from);
  ASSERT_TRUE(!beyond || *beyond > to);
}

TEST(SchedulePropertyTest, EveryMinuteOfRandomExpressionsIsTheReferences) {
  ExpressionMaker maker(1);
  constexpr std::array<std::string_view, 6> kZones{
      "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"};
  int met = 0;
  for (int i = 0; i < 60; ++i) {
    const auto made = maker.Make();
    // Days around both changes of daylight saving, and a stretch of a leap year.
    for (const char* begin :
         {"2026-03-05T00:00:00Z", "2026-03-27T00:00:00Z", "2026-10-30T00:00:00Z", "2028-02-26T00:00:00Z"}) {
      const TimePoint from = ParseIso8601(begin).value();
      Compare(made, kZones[static_cast<std::size_t>(i) % kZones.size()], from, from + days(7), met);
    }
  }
  EXPECT_GT(met, 1000);
}

}  // namespace
}  // namespace stratolite::runtime
