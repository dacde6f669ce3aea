#include "stratolite/runtime/schedule_expression.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "runtime/cron_expression.hpp"
#include "runtime/time_zone.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::runtime {
namespace {

using std::chrono::local_days;
using std::chrono::local_seconds;

struct Unit {
  std::string_view singular;
  std::string_view plural;
  std::chrono::minutes length;
};

constexpr Unit kUnits[] = {{"minute", "minutes", std::chrono::minutes(1)},
                           {"hour", "hours", std::chrono::hours(1)},
                           {"day", "days", std::chrono::hours(24)}};
/// No rule of AWS's: what comes after two centuries does not matter, and must not overflow.
constexpr std::int64_t kLargestRate = 100'000'000;
constexpr TimePoint kLastMoment = std::chrono::sys_days(std::chrono::year(CronExpression::kLastYear + 1) / 1 / 1);

template <typename Number>
std::optional<Number> ParseDigits(std::string_view text) {
  return text.starts_with('-') ? std::nullopt : ParseWholeNumber<Number>(text);
}

/// The interval.
std::optional<Duration> ParseRate(std::string_view text, ScheduleExpression::Dialect dialect) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<std::int64_t> value = ParseDigits<std::int64_t>(text.substr(0, space));
  if (!value || *value < 1 || *value > kLargestRate) return std::nullopt;
  const std::string_view name = text.substr(space + 1);
  for (const Unit& unit : kUnits) {
    if (name != unit.singular && name != unit.plural) continue;
    if (dialect == ScheduleExpression::Dialect::kRule && name != (*value == 1 ? unit.singular : unit.plural))
      return std::nullopt;
    return unit.length * *value;
  }
  return std::nullopt;
}

/// `2026-11-22T10:00:00` and nothing else.
std::optional<local_seconds> ParseLocal(std::string_view text) {
  if (text.size() != 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const auto year = ParseDigits<int>(text.substr(0, 4));
  const auto month = ParseDigits<unsigned>(text.substr(5, 2));
  const auto day = ParseDigits<unsigned>(text.substr(8, 2));
  const auto hours = ParseDigits<int>(text.substr(11, 2));
  const auto minutes = ParseDigits<int>(text.substr(14, 2));
  const auto seconds = ParseDigits<int>(text.substr(17, 2));
  if (!year || !month || !day || !hours || !minutes || !seconds) return std::nullopt;
  const std::chrono::year_month_day date =
      std::chrono::year(*year) / std::chrono::month(*month) / std::chrono::day(*day);
  if (!date.ok() || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  return local_days{date} + std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds);
}

/// What stands between `name(` and the bracket that ends the text.
std::optional<std::string_view> Between(std::string_view text, std::string_view name) {
  if (text.size() < name.size() + 2 || !text.starts_with(name) || text[name.size()] != '(' || text.back() != ')')
    return std::nullopt;
  return text.substr(name.size() + 1, text.size() - name.size() - 2);
}

std::optional<TimePoint> NextOfRate(Duration interval, TimePoint after, TimePoint start) {
  if (after < start) return start;
  const TimePoint next = start + ((after - start) / interval + 1) * interval;
  if (next > kLastMoment) return std::nullopt;
  return next;
}

// "When time shifts forward in the Spring, if a cron expression falls on a non-existent date and time, your schedule invocation is skipped. When time shifts
// backwards in the Fall, your schedule runs only once": https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
std::optional<TimePoint> NextOfCron(const CronExpression& cron, const TimeZone& zone, TimePoint after) {
  local_seconds from = zone.ToLocal(after);
  while (true) {
    const std::optional<local_seconds> local = cron.FirstFrom(from);
    if (!local) return std::nullopt;
    const TimeZone::Moment moment = zone.FromLocal(*local);
    if (!moment.skipped && moment.time > after) return moment.time;
    from = *local + std::chrono::minutes(1);
  }
}

}  // namespace

struct ScheduleExpression::Parsed {
  std::variant<Duration, CronExpression, local_seconds> when;
  TimeZone zone;
};

std::optional<ScheduleExpression> ScheduleExpression::Parse(std::string_view text, std::string_view zone_name,
                                                            Dialect dialect) {
  const std::optional<TimeZone> zone = TimeZone::Find(zone_name);
  if (!zone) return std::nullopt;
  if (const auto rate_text = Between(text, "rate")) {
    const std::optional<Duration> rate = ParseRate(*rate_text, dialect);
    if (!rate) return std::nullopt;
    return ScheduleExpression(std::make_shared<const Parsed>(Parsed{*rate, *zone}));
  }
  if (const auto fields = Between(text, "cron")) {
    const std::optional<CronExpression> cron = CronExpression::Parse(*fields);
    if (!cron) return std::nullopt;
    return ScheduleExpression(std::make_shared<const Parsed>(Parsed{*cron, *zone}));
  }
  const auto time_text = Between(text, "at");
  const std::optional<local_seconds> time =
      time_text && dialect == Dialect::kScheduler ? ParseLocal(*time_text) : std::nullopt;
  if (!time) return std::nullopt;
  return ScheduleExpression(std::make_shared<const Parsed>(Parsed{*time, *zone}));
}

bool ScheduleExpression::KnowsZone(std::string_view zone) { return TimeZone::Find(zone).has_value(); }

ScheduleExpression::Kind ScheduleExpression::kind() const {
  if (std::holds_alternative<Duration>(parsed_->when)) return Kind::kRate;
  return std::holds_alternative<CronExpression>(parsed_->when) ? Kind::kCron : Kind::kAt;
}

std::optional<TimePoint> ScheduleExpression::Next(TimePoint after, TimePoint start) const {
  if (const auto* rate = std::get_if<Duration>(&parsed_->when)) return NextOfRate(*rate, after, start);
  if (const auto* cron = std::get_if<CronExpression>(&parsed_->when)) return NextOfCron(*cron, parsed_->zone, after);
  const TimePoint moment = parsed_->zone.FromLocal(std::get<local_seconds>(parsed_->when)).time;
  if (moment <= after) return std::nullopt;
  return moment;
}

std::optional<Duration> ScheduleExpression::interval() const {
  if (const auto* rate = std::get_if<Duration>(&parsed_->when)) return *rate;
  return std::nullopt;
}

}  // namespace stratolite::runtime
