#pragma once

#include <optional>
#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite::daemon {

/// What `POST /_stratolite/clock` asks for: `{"freeze": true, "set": "2030-01-01T00:00:00Z", "advance": "PT1H", "speed": 2}`.
struct ClockChange {
  std::optional<bool> freeze;
  std::optional<TimePoint> set;
  std::optional<Duration> advance;
  std::optional<double> speed;
};

/// Errors (400): not a JSON object, unknown fields (with a suggestion), values that cannot be read, nothing asked.
Result<ClockChange> ParseClockChange(std::string_view body);

/// Freeze, set, speed, advance, in this order; returns when what became due has run. Blocks.
void ApplyClockChange(const ClockChange& change, World& world);

}  // namespace stratolite::daemon
