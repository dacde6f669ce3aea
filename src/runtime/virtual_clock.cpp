#include "runtime/virtual_clock.hpp"

#include <time.h>

#include <algorithm>
#include <cmath>

namespace stratolite::runtime {
namespace {

// What every AWS timestamp format can still write; keeps arithmetic far from overflow.
constexpr TimePoint kEarliest{std::chrono::sys_days(std::chrono::year(0) / 1 / 1)};
constexpr TimePoint kLatest{std::chrono::sys_days(std::chrono::year(9999) / 12 / 31)};

}  // namespace

Duration BootTime() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(now.tv_nsec));
}

VirtualClock::VirtualClock()
    : base_(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())), boot_at_base_(BootTime()) {}

TimePoint VirtualClock::Now() const {
  const std::scoped_lock lock(mutex_);
  return NowLocked();
}

TimePoint VirtualClock::NowLocked() const {
  if (frozen_) return base_;
  const Duration passed = BootTime() - boot_at_base_;
  if (speed_ == 1) return std::min(base_ + passed, kLatest);
  const double scaled = static_cast<double>(passed.count()) * speed_;
  const double room = static_cast<double>((kLatest - base_).count());
  return scaled >= room ? kLatest : base_ + Duration(std::llround(scaled));
}

void VirtualClock::Rebase(TimePoint now) {
  base_ = std::clamp(now, kEarliest, kLatest);
  boot_at_base_ = BootTime();
}

void VirtualClock::Freeze() {
  {
    const std::scoped_lock lock(mutex_);
    Rebase(NowLocked());
    frozen_ = true;
  }
  Announce();
}

void VirtualClock::Unfreeze() {
  {
    const std::scoped_lock lock(mutex_);
    Rebase(NowLocked());
    frozen_ = false;
  }
  Announce();
}

bool VirtualClock::frozen() const {
  const std::scoped_lock lock(mutex_);
  return frozen_;
}

void VirtualClock::SetSpeed(double factor) {
  {
    const std::scoped_lock lock(mutex_);
    Rebase(NowLocked());
    speed_ = factor;
  }
  Announce();
}

double VirtualClock::speed() const {
  const std::scoped_lock lock(mutex_);
  return speed_;
}

void VirtualClock::Set(TimePoint time) {
  {
    const std::scoped_lock lock(mutex_);
    Rebase(time);
  }
  Announce();
}

std::optional<Duration> VirtualClock::RealTimeUntil(TimePoint time) const {
  const std::scoped_lock lock(mutex_);
  const TimePoint now = NowLocked();
  if (time <= now) return Duration::zero();
  if (frozen_) return std::nullopt;
  const double real = static_cast<double>((time - now).count()) / speed_;
  constexpr double kLongest = 1e15;
  return Duration(static_cast<std::int64_t>(std::ceil(std::min(real, kLongest))));
}

void VirtualClock::OnChange(std::function<void()> listener) {
  const std::scoped_lock lock(mutex_);
  listeners_.push_back(std::move(listener));
}

void VirtualClock::Announce() {
  std::vector<std::function<void()>> listeners;
  {
    const std::scoped_lock lock(mutex_);
    listeners = listeners_;
  }
  for (const auto& listener : listeners) listener();
}

}  // namespace stratolite::runtime
