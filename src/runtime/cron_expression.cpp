#include "runtime/cron_expression.hpp"

#include <array>
#include <bit>
#include <cctype>
#include <span>
#include <string>
#include <vector>

#include "stratolite/base/numbers.hpp"

namespace stratolite::runtime {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::month;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonthNames = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kDayNames = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

/// A field's numbers, and the names that stand for them from `first` on.
struct FieldRange {
  unsigned first;
  unsigned last;
  std::span<const std::string_view> names = {};
  bool steps = true;
  bool wraps = true;
};

constexpr FieldRange kMinutes{0, 59};
constexpr FieldRange kHours{0, 23};
constexpr FieldRange kMonthDays{1, 31};
constexpr FieldRange kMonths{1, 12, kMonthNames};
// No steps here, says the documentation's table of wildcards.
constexpr FieldRange kWeekDays{1, 7, kDayNames, false};
constexpr FieldRange kYears{CronExpression::kFirstYear, CronExpression::kLastYear, {}, true, false};

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<unsigned> ParseMember(std::string_view text, const FieldRange& range) {
  std::optional<unsigned> number = ParseWholeNumber<unsigned>(text);
  if (!number) {
    std::string name(text);
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (std::size_t i = 0; i < range.names.size(); ++i) {
      if (range.names[i] == name) number = range.first + static_cast<unsigned>(i);
    }
  }
  if (!number || *number < range.first || *number > range.last) return std::nullopt;
  return number;
}

/// `*`, `5`, `MON-FRI`, `0/15`, `10-50/10`: the numbers' distances from the range's first, put into `members`.
template <typename Set>
bool ParseItem(std::string_view item, const FieldRange& range, Set& members) {
  const std::size_t slash = item.find('/');
  unsigned step = 1;
  if (slash != std::string_view::npos) {
    const std::optional<unsigned> given = ParseWholeNumber<unsigned>(item.substr(slash + 1));
    if (!range.steps || !given || *given == 0 || *given > range.last) return false;
    step = *given;
    item = item.substr(0, slash);
  }
  unsigned from = range.first;
  unsigned to = range.last;
  if (item != "*") {
    const std::size_t dash = item.find('-');
    const std::optional<unsigned> first = ParseMember(item.substr(0, dash), range);
    if (!first) return false;
    from = *first;
    if (dash != std::string_view::npos) {
      const std::optional<unsigned> last = ParseMember(item.substr(dash + 1), range);
      if (!last) return false;
      to = *last;
    } else if (slash == std::string_view::npos) {
      to = from;
    }
  }
  if (to < from && !range.wraps) return false;
  const unsigned size = range.last - range.first + 1;
  // FRI-MON goes over the end of the week, 22-2 over midnight.
  const unsigned length = to >= from ? to - from : to + size - from;
  for (unsigned i = 0; i <= length; i += step) members.set((from - range.first + i) % size);
  return true;
}

using Members = std::bitset<CronExpression::kLastYear - CronExpression::kFirstYear + 1>;

std::optional<Members> ParseField(std::string_view text, const FieldRange& range) {
  Members members;
  for (const std::string_view item : Split(text, ',')) {
    if (!ParseItem(item, range, members)) return std::nullopt;
  }
  return members;
}

std::uint64_t LowBits(const Members& members) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 64; ++i) bits |= std::uint64_t{members[i]} << i;
  return bits;
}

bool Has(std::uint64_t set, unsigned bit) { return (set >> bit & 1) != 0; }

/// The first member from `from` on; 64 when there is none.
unsigned NextMember(std::uint64_t set, unsigned from) {
  return from >= 64 ? 64 : from + static_cast<unsigned>(std::countr_zero(set >> from));
}

day LastDay(year_month_day date) { return (date.year() / date.month() / std::chrono::last).day(); }

bool IsWeekend(local_days date) {
  return weekday(date) == std::chrono::Saturday || weekday(date) == std::chrono::Sunday;
}

/// The weekday nearest to the n-th, within its month. The caller has made sure that the month has an n-th.
day NearestWeekday(year_month_day date, day n) {
  const local_days wanted(date.year() / date.month() / n);
  if (!IsWeekend(wanted)) return n;
  const bool saturday = weekday(wanted) == std::chrono::Saturday;
  if (saturday) return n == day(1) ? day(3) : n - days(1);
  return n == LastDay(date) ? n - days(2) : n + days(1);
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : Split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

}  // namespace

std::optional<CronExpression::DayRule> CronExpression::ParseDaysOfMonth(std::string_view text) {
  if (text == "?") return DayRule{};
  if (text == "L") return DayRule{.form = DayRule::Form::kLast};
  if (text == "LW") return DayRule{.form = DayRule::Form::kLastWeekday};
  if (text.size() > 1 && text.back() == 'W') {
    const std::optional<unsigned> n = ParseMember(text.substr(0, text.size() - 1), kMonthDays);
    if (!n) return std::nullopt;
    return DayRule{.form = DayRule::Form::kNearestWeekday, .n = *n};
  }
  const std::optional<Members> members = ParseField(text, kMonthDays);
  if (!members) return std::nullopt;
  return DayRule{.form = DayRule::Form::kSet, .set = LowBits(*members) << 1};
}

std::optional<CronExpression::DayRule> CronExpression::ParseDaysOfWeek(std::string_view text) {
  if (text == "?") return DayRule{};
  if (text == "L") return DayRule{.form = DayRule::Form::kSet, .set = 1U << 6};
  if (text.size() > 1 && text.back() == 'L') {
    const std::optional<unsigned> n = ParseMember(text.substr(0, text.size() - 1), kWeekDays);
    if (!n) return std::nullopt;
    return DayRule{.form = DayRule::Form::kLastOfWeekday, .n = *n - 1};
  }
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    const std::optional<unsigned> n = ParseMember(text.substr(0, hash), kWeekDays);
    const std::optional<unsigned> nth = ParseWholeNumber<unsigned>(text.substr(hash + 1));
    if (!n || !nth || *nth < 1 || *nth > 5) return std::nullopt;
    return DayRule{.form = DayRule::Form::kNthWeekday, .n = *n - 1, .nth = *nth};
  }
  const std::optional<Members> members = ParseField(text, kWeekDays);
  if (!members) return std::nullopt;
  return DayRule{.form = DayRule::Form::kSet, .set = LowBits(*members)};
}

std::optional<CronExpression> CronExpression::Parse(std::string_view fields) {
  if (fields.empty() || fields.front() == ' ' || fields.back() == ' ') return std::nullopt;
  const std::vector<std::string_view> words = Words(fields);
  if (words.size() != 6) return std::nullopt;
  const std::optional<Members> minutes = ParseField(words[0], kMinutes);
  const std::optional<Members> hours = ParseField(words[1], kHours);
  const std::optional<DayRule> month_days = ParseDaysOfMonth(words[2]);
  const std::optional<Members> months = ParseField(words[3], kMonths);
  const std::optional<DayRule> week_days = ParseDaysOfWeek(words[4]);
  const std::optional<Members> years = ParseField(words[5], kYears);
  if (!minutes || !hours || !month_days || !months || !week_days || !years) return std::nullopt;
  // "You can't specify the Day-of-month and Day-of-week fields in the same cron expression": one of them is a question mark, and one only.
  if ((month_days->form == DayRule::Form::kAny) == (week_days->form == DayRule::Form::kAny)) return std::nullopt;
  CronExpression cron;
  cron.minutes_ = LowBits(*minutes);
  cron.hours_ = LowBits(*hours);
  cron.months_ = LowBits(*months) << 1;
  cron.years_ = *years;
  cron.month_days_ = *month_days;
  cron.week_days_ = *week_days;
  return cron;
}

bool CronExpression::MatchesDay(year_month_day date) const {
  const DayRule& rule = month_days_.form == DayRule::Form::kAny ? week_days_ : month_days_;
  const bool by_week = month_days_.form == DayRule::Form::kAny;
  const weekday on(local_days{date});
  switch (rule.form) {
    case DayRule::Form::kAny:
      return true;
    case DayRule::Form::kSet:
      return Has(rule.set, by_week ? on.c_encoding() : static_cast<unsigned>(date.day()));
    case DayRule::Form::kLast:
      return date.day() == LastDay(date);
    case DayRule::Form::kLastWeekday:
      return date.day() == NearestWeekday(date, LastDay(date));
    case DayRule::Form::kNearestWeekday:
      return day(rule.n) <= LastDay(date) && date.day() == NearestWeekday(date, day(rule.n));
    case DayRule::Form::kLastOfWeekday:
      return on.c_encoding() == rule.n && date.day() + days(7) > LastDay(date);
    case DayRule::Form::kNthWeekday:
      return on.c_encoding() == rule.n && (static_cast<unsigned>(date.day()) - 1) / 7 + 1 == rule.nth;
  }
  return false;
}

std::optional<local_seconds> CronExpression::FirstFrom(local_seconds from) const {
  if (from < local_days{year(kFirstYear) / 1 / 1}) from = local_days{year(kFirstYear) / 1 / 1};
  auto minute = std::chrono::ceil<std::chrono::minutes>(from);
  while (true) {
    const local_days date = std::chrono::floor<days>(minute);
    const year_month_day calendar(date);
    const int number = static_cast<int>(calendar.year());
    if (number > kLastYear) return std::nullopt;
    if (!years_[static_cast<std::size_t>(number - kFirstYear)]) {
      minute = local_days{(calendar.year() + std::chrono::years(1)) / 1 / 1};
      continue;
    }
    if (!Has(months_, static_cast<unsigned>(calendar.month()))) {
      minute = local_days{(calendar.year() / calendar.month() + std::chrono::months(1)) / 1};
      continue;
    }
    const auto since_midnight = minute - date;
    const auto hour = static_cast<unsigned>(std::chrono::floor<std::chrono::hours>(since_midnight).count());
    const unsigned next_hour = MatchesDay(calendar) ? NextMember(hours_, hour) : 64;
    if (next_hour > 23) {
      minute = date + days(1);
      continue;
    }
    const unsigned next_minute =
        NextMember(minutes_, next_hour > hour ? 0 : static_cast<unsigned>(since_midnight.count() % 60));
    if (next_minute <= 59) return date + std::chrono::hours(next_hour) + std::chrono::minutes(next_minute);
    minute = date + std::chrono::hours(next_hour + 1);
  }
}

}  // namespace stratolite::runtime
