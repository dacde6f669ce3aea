#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stratolite {

using Duration = std::chrono::microseconds;

/// A moment on the world's clock (not necessarily the machine's): microseconds since the Unix epoch, UTC.
using TimePoint = std::chrono::sys_time<Duration>;

/// Whole seconds, milliseconds, and seconds as AWS's JSON writes them (milliseconds as the fraction).
std::int64_t EpochSeconds(TimePoint t);
std::int64_t EpochMillis(TimePoint t);
double EpochSecondsWithFraction(TimePoint t);

/// Nearest microsecond; saturates at the years 0000 and 9999, which is as far as any of AWS's formats reaches. NaN is nullopt.
std::optional<TimePoint> FromEpochSeconds(double seconds);

/// `2026-01-02T03:04:05Z`, with `.678` only when there are milliseconds or `always_millis`.
std::string FormatIso8601(TimePoint t, bool always_millis = false);
/// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 7231), with `.678` when `with_millis` and there are milliseconds.
std::string FormatHttpDate(TimePoint t, bool with_millis = false);
/// `20260102T030405Z`, as SigV4 writes it.
std::string FormatBasicIso8601(TimePoint t);

/// RFC 3339 with any number of fraction digits, `Z` or an offset. nullopt: malformed or out of range.
std::optional<TimePoint> ParseIso8601(std::string_view text);
/// RFC 7231's preferred form, optionally with fractions of a second. nullopt: malformed.
std::optional<TimePoint> ParseHttpDate(std::string_view text);
/// `20260102T030405Z`. nullopt: malformed.
std::optional<TimePoint> ParseBasicIso8601(std::string_view text);
/// ISO 8601 duration such as `P31D`, `PT1H30M`, `PT0.5S`, with an optional sign; months and years are refused (no fixed length).
/// nullopt: malformed or beyond ±10 000 years.
std::optional<Duration> ParseIso8601Duration(std::string_view text);

}  // namespace stratolite
