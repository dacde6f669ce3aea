#pragma once

#include <mutex>
#include <vector>

#include "stratolite/runtime/clock.hpp"

namespace stratolite::runtime {

/// The world's clock. It starts at the machine's time and then follows the boot clock, so that it neither jumps with NTP and
/// settimeofday nor stands still while the machine sleeps; monotone between changes. Thread-safe.
class VirtualClock final : public AdjustableClock {
 public:
  VirtualClock();

  TimePoint Now() const override;
  void Freeze() override;
  void Unfreeze() override;
  bool frozen() const override;
  void SetSpeed(double factor) override;
  double speed() const override;
  void Set(TimePoint time) override;
  std::optional<Duration> RealTimeUntil(TimePoint time) const override;
  void OnChange(std::function<void()> listener) override;

 private:
  TimePoint NowLocked() const;
  void Rebase(TimePoint now);
  void Announce();

  mutable std::mutex mutex_;
  TimePoint base_;
  Duration boot_at_base_;
  double speed_ = 1;
  bool frozen_ = false;
  std::vector<std::function<void()>> listeners_;
};

/// Time since the machine booted, sleep included. Thread-safe.
Duration BootTime();

}  // namespace stratolite::runtime
