#include "s3/select/timestamp.hpp"

#include <array>

#include <fmt/format.h>

#include "s3/select/errors.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::s3::select {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 8> kDateParts = {"year",   "month",  "day",           "hour",
                                                        "minute", "second", "timezone_hour", "timezone_minute"};
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr int kMaxOffsetMinutes = 24 * 60 - 1;

// Takes `digits` digits off the front.
std::optional<int> TakeNumber(std::string_view& text, std::size_t digits) {
  if (text.size() < digits || text[0] == '-') return std::nullopt;
  const auto number = ParseWholeNumber<int>(text.substr(0, digits));
  if (number) text.remove_prefix(digits);
  return number;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

struct Offset {
  std::optional<int> minutes;
};

std::optional<Offset> ParseOffset(std::string_view text) {
  if (text == "Z" || text == "z") return Offset{0};
  const bool negative = text.starts_with('-');
  if (!negative && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = TakeNumber(text, 2);
  if (!hours || !Take(text, ':')) return std::nullopt;
  const auto minutes = TakeNumber(text, 2);
  if (!minutes || !text.empty() || *minutes > 59 || *hours > 23) return std::nullopt;
  const int all = *hours * 60 + *minutes;
  if (negative && all == 0) return Offset{};
  return Offset{negative ? -all : all};
}

TimePoint MakeTime(year_month_day date) { return TimePoint(std::chrono::sys_days(date)); }

year_month_day DateOf(TimePoint time) { return floor<days>(time); }

bool InRange(year_month_day date) {
  const int year = static_cast<int>(date.year());
  return date.ok() && year >= 1 && year <= 9999;
}

std::int64_t MonthsOf(TimePoint time) {
  const auto date = DateOf(time);
  return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month()) - 1;
}

std::string OffsetText(int minutes, bool colon, bool zulu, bool short_form) {
  if (zulu && minutes == 0) return "Z";
  const int magnitude = minutes < 0 ? -minutes : minutes;
  std::string text = fmt::format("{}{:02}", minutes < 0 ? '-' : '+', magnitude / 60);
  if (short_form && magnitude % 60 == 0) return text;
  return text + fmt::format("{}{:02}", colon ? ":" : "", magnitude % 60);
}

}  // namespace

std::optional<DatePart> FindDatePart(std::string_view name) {
  for (std::size_t i = 0; i < kDateParts.size(); ++i) {
    if (wire::EqualsIgnoreCase(kDateParts[i], name)) return static_cast<DatePart>(i);
  }
  return std::nullopt;
}

Timestamp Timestamp::At(TimePoint time) {
  Timestamp timestamp;
  timestamp.utc_ = floor<std::chrono::milliseconds>(time);
  timestamp.precision_ = Precision::kFraction;
  timestamp.offset_minutes_ = 0;
  timestamp.fraction_digits_ = 3;
  return timestamp;
}

std::optional<Timestamp> Timestamp::Parse(std::string_view text) {
  Timestamp result;
  const auto year = TakeNumber(text, 4);
  if (!year || *year < 1) return std::nullopt;
  int month = 1;
  int day = 1;
  if (Take(text, '-')) {
    const auto number = TakeNumber(text, 2);
    if (!number) return std::nullopt;
    month = *number;
    result.precision_ = Precision::kMonth;
    if (Take(text, '-')) {
      const auto day_number = TakeNumber(text, 2);
      if (!day_number) return std::nullopt;
      day = *day_number;
      result.precision_ = Precision::kDay;
    }
  }
  const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  result.utc_ = MakeTime(date);
  if (text.empty()) return result.precision_ == Precision::kDay ? std::optional(result) : std::nullopt;
  if (!Take(text, 'T')) return std::nullopt;
  if (text.empty()) return result;
  if (result.precision_ != Precision::kDay) return std::nullopt;
  const auto hour = TakeNumber(text, 2);
  if (!hour || *hour > 23 || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  result.utc_ += std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  result.precision_ = Precision::kMinute;
  if (Take(text, ':')) {
    const auto second = TakeNumber(text, 2);
    if (!second || *second > 59) return std::nullopt;
    result.utc_ += std::chrono::seconds(*second);
    result.precision_ = Precision::kSecond;
    if (Take(text, '.')) {
      std::int64_t micros = 0;
      int digits = 0;
      for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
        if (digits < 6) micros = micros * 10 + (text[0] - '0'), ++digits;
      }
      if (digits == 0) return std::nullopt;
      for (int i = digits; i < 6; ++i) micros *= 10;
      result.utc_ += Duration(micros);
      result.fraction_digits_ = digits;
      result.precision_ = Precision::kFraction;
    }
  }
  const auto offset = ParseOffset(text);
  if (!offset) return std::nullopt;
  result.offset_minutes_ = offset->minutes;
  result.utc_ -= std::chrono::minutes(offset->minutes.value_or(0));
  return result;
}

std::string Timestamp::ToText() const {
  const TimePoint here = local();
  const auto date = DateOf(here);
  std::string text = fmt::format("{:04}", static_cast<int>(date.year()));
  if (precision_ == Precision::kYear) return text + "T";
  text += fmt::format("-{:02}", static_cast<unsigned>(date.month()));
  if (precision_ == Precision::kMonth) return text + "T";
  text += fmt::format("-{:02}", static_cast<unsigned>(date.day()));
  if (precision_ == Precision::kDay) return text;
  text += fmt::format("T{:02}:{:02}", Part(DatePart::kHour), Part(DatePart::kMinute));
  if (precision_ >= Precision::kSecond) text += fmt::format(":{:02}", Part(DatePart::kSecond));
  if (precision_ == Precision::kFraction) {
    const auto micros = (here - floor<std::chrono::seconds>(here)).count();
    text += "." + fmt::format("{:06}", micros).substr(0, static_cast<std::size_t>(fraction_digits_));
  }
  return text + (offset_minutes_ ? OffsetText(*offset_minutes_, true, true, false) : "-00:00");
}

std::int64_t Timestamp::Part(DatePart part) const {
  const TimePoint here = local();
  const auto date = DateOf(here);
  const std::chrono::hh_mm_ss clock(here - floor<days>(here));
  switch (part) {
    case DatePart::kYear:
      return static_cast<int>(date.year());
    case DatePart::kMonth:
      return static_cast<unsigned>(date.month());
    case DatePart::kDay:
      return static_cast<unsigned>(date.day());
    case DatePart::kHour:
      return clock.hours().count();
    case DatePart::kMinute:
      return clock.minutes().count();
    case DatePart::kSecond:
      return clock.seconds().count();
    case DatePart::kTimezoneHour:
      return offset_minutes_.value_or(0) / 60;
    case DatePart::kTimezoneMinute:
      return offset_minutes_.value_or(0) % 60;
  }
  return 0;
}

std::optional<Timestamp> Timestamp::Add(DatePart part, std::int64_t count) const {
  // More than any of them: ten thousand years in seconds.
  constexpr std::int64_t kMost = std::int64_t{10'000} * 366 * 24 * 3600;
  if (count > kMost || count < -kMost) return std::nullopt;
  Timestamp result = *this;
  const TimePoint here = local();
  const Duration time_of_day = here - floor<days>(here);
  TimePoint moved = here;
  Precision needed = Precision::kYear;
  if (part == DatePart::kYear || part == DatePart::kMonth) {
    const std::int64_t months = MonthsOf(here) + (part == DatePart::kYear ? count * 12 : count);
    if (months < 12 || months >= 120'000) return std::nullopt;
    const std::chrono::year year(static_cast<int>(months / 12));
    const std::chrono::month month(static_cast<unsigned>(months % 12 + 1));
    const auto last = year / month / std::chrono::last;
    const auto day = std::min(DateOf(here).day(), last.day());
    moved = MakeTime(year / month / day) + time_of_day;
    needed = part == DatePart::kYear ? Precision::kYear : Precision::kMonth;
  } else if (part == DatePart::kDay) {
    if (count > 4'000'000 || count < -4'000'000) return std::nullopt;
    moved += days(count);
    needed = Precision::kDay;
  } else if (part == DatePart::kHour || part == DatePart::kMinute) {
    const std::int64_t seconds = part == DatePart::kHour ? 3600 : 60;
    if (count > kMost / seconds || count < -kMost / seconds) return std::nullopt;
    moved += std::chrono::seconds(count * seconds);
    needed = Precision::kMinute;
  } else {
    moved += std::chrono::seconds(count);
    needed = Precision::kSecond;
  }
  if (!InRange(DateOf(moved))) return std::nullopt;
  result.utc_ = moved - std::chrono::minutes(offset_minutes_.value_or(0));
  result.precision_ = std::max(precision_, needed);
  return result;
}

std::int64_t Timestamp::Difference(DatePart part, const Timestamp& other) const {
  const Duration apart = other.utc_ - utc_;
  switch (part) {
    case DatePart::kYear:
    case DatePart::kMonth: {
      std::int64_t months = MonthsOf(other.utc_) - MonthsOf(utc_);
      const auto rest = [](TimePoint time) {
        const auto date = DateOf(time);
        return time - MakeTime(date.year() / date.month() / 1);
      };
      if (months > 0 && rest(other.utc_) < rest(utc_)) --months;
      if (months < 0 && rest(other.utc_) > rest(utc_)) ++months;
      return part == DatePart::kYear ? months / 12 : months;
    }
    case DatePart::kDay:
      return std::chrono::duration_cast<days>(apart).count();
    case DatePart::kHour:
      return std::chrono::duration_cast<std::chrono::hours>(apart).count();
    case DatePart::kMinute:
      return std::chrono::duration_cast<std::chrono::minutes>(apart).count();
    default:
      return std::chrono::duration_cast<std::chrono::seconds>(apart).count();
  }
}

namespace {

// One run of one letter of a pattern; nullopt: no such symbol.
std::optional<std::string> FormatSymbol(const Timestamp& time, char symbol, std::size_t count, std::int64_t micros,
                                        int offset) {
  const auto number = [&](std::int64_t value, std::size_t most) -> std::optional<std::string> {
    if (count > most) return std::nullopt;
    return count == 1 ? fmt::format("{}", value) : fmt::format("{:02}", value);
  };
  const auto hour = time.Part(DatePart::kHour);
  const auto month = time.Part(DatePart::kMonth);
  switch (symbol) {
    case 'y':
      if (count == 2) return fmt::format("{:02}", time.Part(DatePart::kYear) % 100);
      if (count == 1) return fmt::format("{}", time.Part(DatePart::kYear));
      return count == 4 ? std::optional(fmt::format("{:04}", time.Part(DatePart::kYear))) : std::nullopt;
    case 'M': {
      if (count <= 2) return number(month, 2);
      const std::string_view name = kMonths[static_cast<std::size_t>(month - 1)];
      if (count > 5) return std::nullopt;
      return std::string(count == 3 ? name.substr(0, 3) : count == 4 ? name : name.substr(0, 1));
    }
    case 'd':
      return number(time.Part(DatePart::kDay), 2);
    case 'a':
      return count == 1 ? std::optional(std::string(hour < 12 ? "AM" : "PM")) : std::nullopt;
    case 'h':
      return number(hour % 12 == 0 ? 12 : hour % 12, 2);
    case 'H':
      return number(hour, 2);
    case 'm':
      return number(time.Part(DatePart::kMinute), 2);
    case 's':
      return number(time.Part(DatePart::kSecond), 2);
    case 'S':
      if (count > 9) return std::nullopt;
      return fmt::format("{:09}", micros * 1000).substr(0, count);
    case 'n':
      return count == 1 ? std::optional(fmt::format("{}", micros * 1000)) : std::nullopt;
    case 'X':
    case 'x':
      if (count > 5) return std::nullopt;
      return OffsetText(offset, count == 3 || count == 5, symbol == 'X', count == 1);
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::string> Timestamp::Format(std::string_view pattern) const {
  const TimePoint here = local();
  const auto micros = (here - floor<std::chrono::seconds>(here)).count();
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\'') {
      const std::size_t end = pattern.find('\'', at + 1);
      if (end == std::string_view::npos) return UnterminatedPatternToken();
      out += end == at + 1 ? "'" : pattern.substr(at + 1, end - at - 1);
      at = end + 1;
      continue;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) {
      out += c;
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < pattern.size() && pattern[at] == c) ++at;
    const auto text = FormatSymbol(*this, c, at - begin, micros, offset_minutes_.value_or(0));
    if (!text)
      return std::string_view("yMdahHmsSnXx").find(c) == std::string_view::npos ? InvalidPatternSymbol()
                                                                                : InvalidPatternToken();
    out += *text;
  }
  return out;
}

}  // namespace stratolite::s3::select
