#include "runtime/virtual_clock.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace stratolite::runtime {
namespace {

using namespace std::chrono_literals;

TEST(VirtualClock, StartsAtTheMachinesTimeAndNeverGoesBack) {
  const VirtualClock clock;
  // Real time is what the clock starts from.
  const auto machine = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  EXPECT_LT(std::chrono::abs(clock.Now() - machine), 5s);
  TimePoint last = clock.Now();
  for (int i = 0; i < 10'000; ++i) {
    const TimePoint now = clock.Now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(VirtualClock, StandsStillWhenFrozenAndGoesOnFromThere) {
  VirtualClock clock;
  clock.Freeze();
  const TimePoint then = clock.Now();
  EXPECT_TRUE(clock.frozen());
  std::this_thread::yield();
  EXPECT_EQ(clock.Now(), then);
  EXPECT_EQ(clock.RealTimeUntil(then + 1s), std::nullopt);
  EXPECT_EQ(clock.RealTimeUntil(then), Duration::zero());
  clock.Unfreeze();
  EXPECT_GE(clock.Now(), then);
  EXPECT_LT(clock.Now(), then + 60s);
}

TEST(VirtualClock, CanBeSetForwardAndBack) {
  VirtualClock clock;
  clock.Freeze();
  const TimePoint moment = std::chrono::sys_days(2030y / 1 / 1);
  clock.Set(moment);
  EXPECT_EQ(clock.Now(), moment);
  clock.Set(moment - 24h);
  EXPECT_EQ(clock.Now(), moment - 24h);
}

TEST(VirtualClock, StaysWithinWhatAwsCanWrite) {
  VirtualClock clock;
  clock.Set(TimePoint::max());
  EXPECT_EQ(FormatIso8601(clock.Now()).substr(0, 4), "9999");
  clock.SetSpeed(1e9);
  EXPECT_EQ(FormatIso8601(clock.Now()).substr(0, 4), "9999");
  clock.Freeze();
  clock.Set(TimePoint::min());
  EXPECT_EQ(FormatIso8601(clock.Now()), "0000-01-01T00:00:00Z");
}

TEST(VirtualClock, SpeedShortensTheWait) {
  VirtualClock clock;
  const TimePoint now = clock.Now();
  clock.SetSpeed(3600);
  EXPECT_EQ(clock.speed(), 3600);
  const auto wait = clock.RealTimeUntil(now + 2h);
  ASSERT_TRUE(wait);
  EXPECT_LE(*wait, 2s);
  while (clock.Now() < now + 1min) std::this_thread::yield();
}

TEST(VirtualClock, TellsOfEveryChange) {
  VirtualClock clock;
  int changes = 0;
  clock.OnChange([&] { ++changes; });
  clock.Freeze();
  clock.Set(clock.Now() + 1s);
  clock.SetSpeed(2);
  clock.Unfreeze();
  EXPECT_EQ(changes, 4);
}

}  // namespace
}  // namespace stratolite::runtime
