#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "stratolite/base/time.hpp"

namespace stratolite::runtime {

/// A time zone of the tz database, as the system has it (`/usr/share/zoneinfo`). Zones are kept for good once they were asked for. Immutable. Thread-safe.
class TimeZone {
 public:
  /// nullopt: no such zone, or no database. UTC needs none. Blocks.
  static std::optional<TimeZone> Find(std::string_view name);

  /// The wall's time at that moment, fractions of a second left out.
  std::chrono::local_seconds ToLocal(TimePoint moment) const;
  struct Moment {
    /// The first of two where the wall shows that time twice; where it never does, as much later as is skipped.
    TimePoint time;
    bool skipped = false;
  };
  Moment FromLocal(std::chrono::local_seconds local) const;

 private:
  struct Rules;
  explicit TimeZone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const Rules> rules_;
};

}  // namespace stratolite::runtime
