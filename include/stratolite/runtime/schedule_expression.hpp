#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "stratolite/base/time.hpp"

namespace stratolite::runtime {

/// When something repeats: `rate(5 minutes)`, `cron(0 12 * * ? *)`, `at(2026-11-22T10:00:00)`, in a time zone of the tz database. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
class ScheduleExpression {
 public:
  enum class Kind { kRate, kCron, kAt };

  /// nullopt: not an expression, or no such time zone; the services word their own errors. `zone`: IANA name; ignored by rates.
  static std::optional<ScheduleExpression> Parse(std::string_view text, std::string_view zone = "UTC");
  /// Whether the tz database has it.
  static bool KnowsZone(std::string_view zone);

  Kind kind() const;
  /// The first moment after `after`; nullopt: none any more. `start`: what rates count from. Local times that a zone skips do not happen at that time, those that
  /// come twice happen once, as EventBridge Scheduler says.
  std::optional<TimePoint> Next(TimePoint after, TimePoint start) const;
  /// Rates only.
  std::optional<Duration> interval() const;

 private:
  struct Parsed;
  explicit ScheduleExpression(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  std::shared_ptr<const Parsed> parsed_;
};

}  // namespace stratolite::runtime
