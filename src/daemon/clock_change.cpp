#include "daemon/clock_change.hpp"

#include <array>

#include <fmt/format.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::array<std::string_view, 4> kFields{"freeze", "set", "advance", "speed"};
constexpr double kMaxSpeed = 1'000'000;

AwsError Invalid(std::string message) { return {"InvalidClockChange", std::move(message), 400}; }

std::optional<TimePoint> ReadTime(const Json& value) {
  if (value.is_number()) return FromEpochSeconds(value.get<double>());
  if (value.is_string()) return ParseIso8601(value.get_ref<const std::string&>());
  return std::nullopt;
}

}  // namespace

Result<ClockChange> ParseClockChange(std::string_view body) {
  const Json json = ParseJsonText(body);
  if (!json.is_object() || json.empty()) {
    return Invalid(R"(The body must be a JSON object such as {"freeze": true} or {"advance": "PT1H"}.)");
  }
  ClockChange change;
  for (const auto& [name, value] : json.items()) {
    if (name == "freeze") {
      if (!value.is_boolean()) return Invalid("'freeze' must be true or false.");
      change.freeze = value.get<bool>();
    } else if (name == "set") {
      change.set = ReadTime(value);
      if (!change.set) return Invalid("'set' must be a time such as \"2030-01-01T00:00:00Z\", or seconds since 1970.");
    } else if (name == "advance") {
      change.advance = value.is_string() ? ParseIso8601Duration(value.get_ref<const std::string&>()) : std::nullopt;
      if (!change.advance) return Invalid("'advance' must be an ISO 8601 duration such as \"PT1H30M\" or \"P2D\".");
      if (*change.advance < Duration::zero()) return Invalid("'advance' goes forward only; 'set' can go back.");
    } else if (name == "speed") {
      if (!value.is_number() || !(value.get<double>() > 0) || value.get<double>() > kMaxSpeed) {
        return Invalid("'speed' must be a number above 0 and up to 1000000; to stop the clock use \"freeze\": true.");
      }
      change.speed = value.get<double>();
    } else {
      const auto near = NearestName(name, kFields);
      return Invalid(fmt::format("There is no field '{}'{} The fields are freeze, set, advance and speed.", name,
                                 near.empty() ? "." : fmt::format("; is '{}' meant?", near)));
    }
  }
  return change;
}

void ApplyClockChange(const ClockChange& change, World& world) {
  auto& clock = world.clock();
  if (change.freeze) *change.freeze ? clock.Freeze() : clock.Unfreeze();
  if (change.set) clock.Set(*change.set);
  if (change.speed) clock.SetSpeed(*change.speed);
  if (change.advance) world.Advance(*change.advance);
  world.Settle();
}

}  // namespace stratolite::daemon
