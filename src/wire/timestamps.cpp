#include "wire/timestamps.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr double kFirstSecond = -62167219200;  // 0000-01-01T00:00:00Z
constexpr double kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z

std::optional<double> ParseEpochSeconds(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(seconds)) return std::nullopt;
  if (seconds < kFirstSecond || seconds > kLastSecond + 1) return std::nullopt;
  return seconds;
}

std::optional<double> ToSeconds(std::optional<TimePoint> time) {
  if (!time) return std::nullopt;
  return static_cast<double>(time->time_since_epoch().count()) / 1e6;
}

void AppendEpochSeconds(std::string& out, double seconds) {
  std::int64_t millis = std::llround(seconds * 1000);
  if (millis < 0) {
    out += '-';
    millis = -millis;
  }
  out += std::to_string(millis / 1000);
  if (millis % 1000 == 0) return;
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03d", static_cast<int>(millis % 1000));
  std::string_view digits = fraction;
  while (digits.back() == '0') digits.remove_suffix(1);
  out += digits;
}

}  // namespace

std::optional<double> ParseTimestamp(std::string_view text, TimestampFormat format) {
  switch (format) {
    case TimestampFormat::kRfc822:
      return ToSeconds(ParseHttpDate(text));
    case TimestampFormat::kUnixTimestamp:
      return ParseEpochSeconds(text);
    case TimestampFormat::kUnset:
    case TimestampFormat::kIso8601:
      return ToSeconds(ParseIso8601(text));
  }
  return std::nullopt;
}

void AppendTimestamp(std::string& out, double seconds, TimestampFormat format, Iso8601Fraction fraction) {
  if (std::isnan(seconds)) seconds = 0;
  seconds = std::fmin(std::fmax(seconds, kFirstSecond), kLastSecond);
  if (format == TimestampFormat::kUnixTimestamp) return AppendEpochSeconds(out, seconds);
  const TimePoint time{std::chrono::milliseconds(std::llround(seconds * 1000))};
  if (format == TimestampFormat::kRfc822) {
    out += FormatHttpDate(time, true);
  } else {
    out += FormatIso8601(time, fraction == Iso8601Fraction::kAlways);
  }
}

Json TimestampValue(double seconds) {
  if (std::isfinite(seconds) && std::trunc(seconds) == seconds && std::fabs(seconds) < 9e15) {
    return static_cast<std::int64_t>(seconds);
  }
  return seconds;
}

}  // namespace stratolite::wire::internal
