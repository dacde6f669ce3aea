#include "stratolite/base/time.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace stratolite {
namespace {

namespace chr = std::chrono;
using chr::days;
using chr::sys_days;

constexpr std::array<std::string_view, 7> kDayNames = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonthNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr TimePoint kEarliest = sys_days(chr::year(0) / 1 / 1);
constexpr TimePoint kLatest = sys_days(chr::year(10000) / 1 / 1) - Duration(1);

struct Fields {
  int year, month, day, weekday, hour, minute, second, millis;
};

Fields Split(TimePoint t) {
  t = std::clamp(t, kEarliest, kLatest);
  const auto day = chr::floor<days>(t);
  const chr::year_month_day date(day);
  const std::int64_t in_day = (t - day).count();
  const auto seconds = static_cast<int>(in_day / 1'000'000);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(chr::weekday(day).c_encoding()),
          seconds / 3600,
          seconds / 60 % 60,
          seconds % 60,
          static_cast<int>(in_day % 1'000'000 / 1000)};
}

void AppendPadded(std::string& out, int value, int width) {
  for (int divisor = width == 4 ? 1000 : width == 3 ? 100 : 10; divisor > 0; divisor /= 10) {
    out.push_back(static_cast<char>('0' + value / divisor % 10));
  }
}

void AppendClock(std::string& out, const Fields& f, std::string_view separator) {
  AppendPadded(out, f.hour, 2);
  out.append(separator);
  AppendPadded(out, f.minute, 2);
  out.append(separator);
  AppendPadded(out, f.second, 2);
}

void AppendMillis(std::string& out, const Fields& f) {
  out.push_back('.');
  AppendPadded(out, f.millis, 3);
}

/// Reads a text from the left; every Take* says whether it found what it was asked for.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool TakeDigits(int count, int& out) {
    if (rest_.size() < static_cast<std::size_t>(count)) return false;
    out = 0;
    for (int i = 0; i < count; ++i) {
      const char c = rest_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') return false;
      out = out * 10 + (c - '0');
    }
    rest_.remove_prefix(static_cast<std::size_t>(count));
    return true;
  }
  /// `.` and at least one digit, cut to microseconds. True without either.
  bool TakeFraction(int& micros) {
    micros = 0;
    if (!Take('.')) return true;
    int digits = 0;
    for (int digit = 0; TakeDigits(1, digit); ++digits) {
      if (digits < 6) micros = micros * 10 + digit;
    }
    for (int i = digits; i < 6; ++i) micros *= 10;
    return digits > 0;
  }
  template <std::size_t N>
  bool TakeOneOf(const std::array<std::string_view, N>& names, int& index) {
    for (std::size_t i = 0; i < N; ++i) {
      if (Take(names[i])) return index = static_cast<int>(i), true;
    }
    return false;
  }

 private:
  std::string_view rest_;
};

std::optional<TimePoint> Join(const Fields& f, int micros) {
  const chr::year_month_day date(chr::year(f.year), chr::month(static_cast<unsigned>(f.month)),
                                 chr::day(static_cast<unsigned>(f.day)));
  // RFC 3339 and RFC 7231 both know second 60; it becomes the first of the next minute.
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
  return TimePoint(sys_days(date)) + chr::hours(f.hour) + chr::minutes(f.minute) + chr::seconds(f.second) +
         Duration(micros);
}

std::optional<TimePoint> InRange(TimePoint t) {
  if (t < kEarliest || t > kLatest) return std::nullopt;
  return t;
}

bool TakeOffset(Cursor& in, chr::minutes& offset) {
  offset = chr::minutes(0);
  if (in.Take('Z') || in.Take('z')) return true;
  const bool negative = in.Take('-');
  if (!negative && !in.Take('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!in.TakeDigits(2, hours) || !in.Take(':') || !in.TakeDigits(2, minutes) || hours > 23 || minutes > 59)
    return false;
  offset = chr::hours(hours) + chr::minutes(minutes);
  if (negative) offset = -offset;
  return true;
}

}  // namespace

std::int64_t EpochSeconds(TimePoint t) { return chr::floor<chr::seconds>(t).time_since_epoch().count(); }
std::int64_t EpochMillis(TimePoint t) { return chr::floor<chr::milliseconds>(t).time_since_epoch().count(); }
double EpochSecondsWithFraction(TimePoint t) { return static_cast<double>(EpochMillis(t)) / 1000.0; }

std::optional<TimePoint> FromEpochSeconds(double seconds) {
  if (std::isnan(seconds)) return std::nullopt;
  // Compared as doubles before the conversion: a cast of a double that does not fit is undefined.
  if (seconds <= static_cast<double>(EpochSeconds(kEarliest))) return kEarliest;
  if (seconds >= static_cast<double>(EpochSeconds(kLatest)) + 1.0) return kLatest;
  const double whole = std::floor(seconds);
  const auto micros = static_cast<std::int64_t>(std::llround((seconds - whole) * 1e6));
  return std::min(TimePoint(chr::seconds(static_cast<std::int64_t>(whole)) + Duration(micros)), kLatest);
}

std::string FormatIso8601(TimePoint t, bool always_millis) {
  const Fields f = Split(t);
  std::string out;
  out.reserve(24);
  AppendPadded(out, f.year, 4);
  out.push_back('-');
  AppendPadded(out, f.month, 2);
  out.push_back('-');
  AppendPadded(out, f.day, 2);
  out.push_back('T');
  AppendClock(out, f, ":");
  if (always_millis || f.millis != 0) AppendMillis(out, f);
  out.push_back('Z');
  return out;
}

std::string FormatHttpDate(TimePoint t, bool with_millis) {
  const Fields f = Split(t);
  std::string out;
  out.reserve(33);
  out.append(kDayNames[static_cast<std::size_t>(f.weekday)]).append(", ");
  AppendPadded(out, f.day, 2);
  out.append(" ").append(kMonthNames[static_cast<std::size_t>(f.month - 1)]).append(" ");
  AppendPadded(out, f.year, 4);
  out.push_back(' ');
  AppendClock(out, f, ":");
  if (with_millis && f.millis != 0) AppendMillis(out, f);
  return out.append(" GMT");
}

std::string FormatBasicIso8601(TimePoint t) {
  const Fields f = Split(t);
  std::string out;
  out.reserve(16);
  AppendPadded(out, f.year, 4);
  AppendPadded(out, f.month, 2);
  AppendPadded(out, f.day, 2);
  out.push_back('T');
  AppendClock(out, f, "");
  out.push_back('Z');
  return out;
}

std::optional<TimePoint> ParseIso8601(std::string_view text) {
  Cursor in(text);
  Fields f{};
  int micros = 0;
  chr::minutes offset{};
  const bool read = in.TakeDigits(4, f.year) && in.Take('-') && in.TakeDigits(2, f.month) && in.Take('-') &&
                    in.TakeDigits(2, f.day) && (in.Take('T') || in.Take('t')) && in.TakeDigits(2, f.hour) &&
                    in.Take(':') && in.TakeDigits(2, f.minute) && in.Take(':') && in.TakeDigits(2, f.second) &&
                    in.TakeFraction(micros) && TakeOffset(in, offset) && in.done();
  if (!read) return std::nullopt;
  const auto local = Join(f, micros);
  if (!local) return std::nullopt;
  return InRange(*local - offset);
}

std::optional<TimePoint> ParseHttpDate(std::string_view text) {
  Cursor in(text);
  Fields f{};
  int micros = 0;
  const bool read = in.TakeOneOf(kDayNames, f.weekday) && in.Take(", ") && in.TakeDigits(2, f.day) && in.Take(' ') &&
                    in.TakeOneOf(kMonthNames, f.month) && in.Take(' ') && in.TakeDigits(4, f.year) && in.Take(' ') &&
                    in.TakeDigits(2, f.hour) && in.Take(':') && in.TakeDigits(2, f.minute) && in.Take(':') &&
                    in.TakeDigits(2, f.second) && in.TakeFraction(micros) && in.Take(" GMT") && in.done();
  if (!read) return std::nullopt;
  ++f.month;
  const auto t = Join(f, micros);
  return t ? InRange(*t) : std::nullopt;
}

std::optional<TimePoint> ParseBasicIso8601(std::string_view text) {
  Cursor in(text);
  Fields f{};
  const bool read = in.TakeDigits(4, f.year) && in.TakeDigits(2, f.month) && in.TakeDigits(2, f.day) && in.Take('T') &&
                    in.TakeDigits(2, f.hour) && in.TakeDigits(2, f.minute) && in.TakeDigits(2, f.second) &&
                    in.Take('Z') && in.done();
  // A signature's date is a text that is signed: it has one spelling, and none for a leap second.
  if (!read || f.second > 59) return std::nullopt;
  const auto t = Join(f, 0);
  return t ? InRange(*t) : std::nullopt;
}

std::optional<Duration> ParseIso8601Duration(std::string_view text) {
  struct Unit {
    char letter;
    bool after_t;
    std::int64_t seconds;
  };
  constexpr std::array<Unit, 5> kUnits = {
      {{'W', false, 604'800}, {'D', false, 86'400}, {'H', true, 3600}, {'M', true, 60}, {'S', true, 1}}};
  constexpr std::int64_t kMaxSeconds = std::int64_t{10'000} * 366 * 86'400;

  Cursor in(text);
  const bool negative = in.Take('-');
  if (!negative) in.Take('+');
  if (!in.Take('P')) return std::nullopt;

  __int128 micros_total = 0;
  std::size_t next_unit = 0;
  bool after_t = false;
  bool need_component = true;  // after `P` and after `T`
  bool fraction_seen = false;  // only the last component may have one
  while (!in.done()) {
    if (!after_t && in.Take('T')) {
      after_t = need_component = true;
      continue;
    }
    if (fraction_seen) return std::nullopt;
    std::int64_t whole = 0;
    int digits = 0;
    for (int digit = 0; in.TakeDigits(1, digit); ++digits) whole = std::min(whole * 10 + digit, kMaxSeconds + 1);
    int micros = 0;
    fraction_seen = in.Take(',') || in.Take('.');
    if (fraction_seen) {
      int fraction_digits = 0;
      for (int digit = 0; in.TakeDigits(1, digit); ++fraction_digits) {
        if (fraction_digits < 6) micros = micros * 10 + digit;
      }
      if (fraction_digits == 0) return std::nullopt;
      for (int i = fraction_digits; i < 6; ++i) micros *= 10;
    }
    while (next_unit < kUnits.size() && !in.Take(kUnits[next_unit].letter)) ++next_unit;
    if (digits == 0 || next_unit == kUnits.size() || kUnits[next_unit].after_t != after_t) return std::nullopt;
    micros_total += (static_cast<__int128>(whole) * 1'000'000 + micros) * kUnits[next_unit].seconds;
    if (micros_total > static_cast<__int128>(kMaxSeconds) * 1'000'000) return std::nullopt;
    ++next_unit;
    need_component = false;
  }
  if (need_component) return std::nullopt;
  const auto total = static_cast<std::int64_t>(micros_total);
  return Duration(negative ? -total : total);
}

}  // namespace stratolite
