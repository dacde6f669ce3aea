#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// Timestamps as text: seconds since the epoch against AWS's three spellings. All functions: Thread-safe.

/// How an ISO 8601 timestamp shows its fraction: most services leave out a zero one, S3 and EC2 always write three digits.
enum class Iso8601Fraction { kWhenNotZero, kAlways };

/// Seconds since the epoch. `kUnset` is read as ISO 8601, the XML and Query default. nullopt: malformed or outside the years 0000 to 9999.
std::optional<double> ParseTimestamp(std::string_view text, TimestampFormat format);

/// Appends with millisecond precision (AWS's own); epoch seconds without an exponent. Values beyond the years 0000 to 9999 saturate.
void AppendTimestamp(std::string& out, double seconds, TimestampFormat format,
                     Iso8601Fraction fraction = Iso8601Fraction::kWhenNotZero);

/// The tree's spelling: an integer where there is no fraction.
Json TimestampValue(double seconds);

}  // namespace stratolite::wire::internal
