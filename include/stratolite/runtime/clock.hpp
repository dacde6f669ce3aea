#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "stratolite/base/time.hpp"

namespace stratolite::runtime {

/// The world's time. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() const = 0;
};

/// In-memory alarms on the world's clock: for waking waiters. What must survive a restart goes to the Scheduler. Thread-safe.
class Timers {
 public:
  using Id = std::uint64_t;
  virtual ~Timers() = default;
  /// Calls `action` once, at or after `when` on the world's clock, on a thread of the daemon. Never from within this call.
  virtual Id At(TimePoint when, std::function<void()> action) = 0;
  /// Like At, but after `delay` of real time whatever the world's clock does (limits on how long a client waits).
  virtual Id AfterRealTime(Duration delay, std::function<void()> action) = 0;
  /// The action will not start any more after this returns, unless it already did. Unknown ids are ignored.
  virtual void Cancel(Id id) = 0;
};

/// A clock that an operator can freeze, set, advance and speed up (`/_stratolite/clock`). Thread-safe.
class AdjustableClock : public Clock {
 public:
  virtual void Freeze() = 0;
  virtual void Unfreeze() = 0;
  virtual bool frozen() const = 0;
  /// World seconds per real second. Precondition: finite and positive.
  virtual void SetSpeed(double factor) = 0;
  virtual double speed() const = 0;
  /// Going back is allowed; what already happened stays happened.
  virtual void Set(TimePoint time) = 0;
  /// How long to wait in real time until Now() reaches `time`, if nothing changes: zero when it is past, nullopt while frozen.
  virtual std::optional<Duration> RealTimeUntil(TimePoint time) const = 0;
  /// Called after every change but the passing of time, on the changing thread. Listeners stay for the clock's life.
  virtual void OnChange(std::function<void()> listener) = 0;
};

}  // namespace stratolite::runtime
