#include "sns/retry_schedule.hpp"

#include <algorithm>
#include <cmath>

#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::sns {
namespace {

const Json& Part(const Json& object, const char* name) {
  static const Json kNone = Json::object();
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() || !found->is_object() ? kNone : *found;
}

void ReadInto(std::int64_t& number, const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_number_integer()) number = found->get<std::int64_t>();
}

void ReadInto(std::string& text, const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_string()) text = found->get<std::string>();
}

}  // namespace

RetrySchedule RetrySchedule::Parse(std::string_view policy) {
  RetrySchedule schedule;
  const Json document = ParseJsonText(policy);
  const Json& retries = Part(document, "healthyRetryPolicy");
  ReadInto(schedule.retries, retries, "numRetries");
  ReadInto(schedule.without_delay, retries, "numNoDelayRetries");
  ReadInto(schedule.with_min_delay, retries, "numMinDelayRetries");
  ReadInto(schedule.with_max_delay, retries, "numMaxDelayRetries");
  std::int64_t seconds = 20;
  ReadInto(seconds, retries, "minDelayTarget");
  schedule.min_delay = std::chrono::seconds(seconds);
  seconds = 20;
  ReadInto(seconds, retries, "maxDelayTarget");
  schedule.max_delay = std::chrono::seconds(seconds);
  ReadInto(schedule.backoff, retries, "backoffFunction");
  ReadInto(schedule.content_type, Part(document, "requestPolicy"), "headerContentType");
  ReadInto(schedule.max_per_second, Part(document, "throttlePolicy"), "maxReceivesPerSecond");
  return schedule;
}

std::optional<Duration> RetrySchedule::PauseBefore(std::int64_t number) const {
  if (number > retries) return std::nullopt;
  if (number <= without_delay) return Duration::zero();
  number -= without_delay;
  if (number <= with_min_delay) return min_delay;
  number -= with_min_delay;
  const std::int64_t steps = std::max<std::int64_t>(retries - without_delay - with_min_delay - with_max_delay, 0);
  return number <= steps ? BackOff(number - 1, steps) : max_delay;
}

Duration RetrySchedule::BackOff(std::int64_t step, std::int64_t steps) const {
  if (steps < 2 || max_delay <= min_delay) return min_delay;
  const double least = static_cast<double>(min_delay.count());
  const double most = static_cast<double>(max_delay.count());
  const double part = static_cast<double>(step) / static_cast<double>(steps - 1);
  double pause = least + (most - least) * part;
  if (backoff == "arithmetic") pause = least + (most - least) * part * part;
  if (backoff == "geometric") pause = least * std::pow(most / least, part);
  if (backoff == "exponential")
    pause = std::min(std::ldexp(least, static_cast<int>(std::min<std::int64_t>(step, 60))), most);
  return Duration(std::llround(pause));
}

}  // namespace stratolite::sns
