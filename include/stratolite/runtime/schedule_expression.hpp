#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "stratolite/base/time.hpp"

namespace stratolite::runtime {

/// When something repeats: `rate(5 minutes)`, `cron(0 12 * * ? *)`, `at(2026-11-22T10:00:00)`, in a time zone of the tz database. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
class ScheduleExpression {
 public:
  enum class Kind { kRate, kCron, kAt };
  /// Whose rules hold. Scheduler takes `rate(1 minutes)` and `at(…)`; rules of EventBridge want the unit to agree with the number and know no `at`.
  enum class Dialect { kScheduler, kRule };

  /// nullopt: not an expression, or no such time zone; the services word their own errors. `zone`: IANA name.
  static std::optional<ScheduleExpression> Parse(std::string_view text, std::string_view zone = "UTC",
                                                 Dialect dialect = Dialect::kScheduler);
  /// Whether the tz database has it. UTC always, the others while the system has a zoneinfo directory (Debian's tzdata). Blocks.
  static bool KnowsZone(std::string_view zone);

  Kind kind() const;
  /// The first moment after `after`; nullopt: none any more. `start`: what rates count from, and their first moment when `after` is before it. Minutes of a cron
  /// that the zone skips are left out, those that come twice happen the first time; a skipped `at` happens as much later as the zone skips.
  std::optional<TimePoint> Next(TimePoint after, TimePoint start) const;
  /// Rates only.
  std::optional<Duration> interval() const;

 private:
  struct Parsed;
  explicit ScheduleExpression(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace stratolite::runtime
