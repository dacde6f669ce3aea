#include "runtime/sleeper.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <vector>

#include "runtime/timer_queue.hpp"
#include "runtime/virtual_clock.hpp"

namespace stratolite::runtime {
namespace {

using namespace std::chrono_literals;

constexpr auto kWithinReason = 20s;

std::ptrdiff_t ThreadsOfThisProcess() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

/// A world's timers, waited for by a thread that is not theirs.
struct Timed {
  explicit Timed(Sleeper& sleeper) : timers(clock, &sleeper) {}
  VirtualClock clock;
  TimerQueue timers;
};

TEST(SleeperTest, AFarTimerRunsWhenItsRealTimeHasCome) {
  Sleeper sleeper;
  Timed world(sleeper);
  std::promise<void> ran;
  world.timers.AfterRealTime(1200ms, [&] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(kWithinReason), std::future_status::ready);
}

TEST(SleeperTest, AFarTimerOnAFastClockRunsToo) {
  Sleeper sleeper;
  Timed world(sleeper);
  std::promise<void> ran;
  world.timers.At(world.clock.Now() + 1h, [&] { ran.set_value(); });
  world.clock.SetSpeed(3000);
  EXPECT_EQ(ran.get_future().wait_for(kWithinReason), std::future_status::ready);
}

TEST(SleeperTest, ANearTimerRunsWithoutIt) {
  Sleeper sleeper;
  Timed world(sleeper);
  std::promise<void> ran;
  world.timers.AfterRealTime(0ms, [&] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(kWithinReason), std::future_status::ready);
}

TEST(SleeperTest, ATimerOfAFrozenClockRunsWhenTheClockIsSet) {
  Sleeper sleeper;
  Timed world(sleeper);
  world.clock.Freeze();
  std::promise<void> ran;
  world.timers.At(world.clock.Now() + 24h, [&] { ran.set_value(); });
  world.clock.Set(world.clock.Now() + 25h);
  EXPECT_EQ(ran.get_future().wait_for(kWithinReason), std::future_status::ready);
}

TEST(SleeperTest, ANearerTimerIsNotHeldUpByAFartherOne) {
  Sleeper sleeper;
  Timed world(sleeper);
  std::promise<void> ran;
  world.timers.At(world.clock.Now() + 240h, [] { FAIL(); });
  world.timers.AfterRealTime(1100ms, [&] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(kWithinReason), std::future_status::ready);
}

TEST(SleeperTest, HundredsOfWorldsThatWaitTakeOneThread) {
  Sleeper sleeper;
  const auto before = ThreadsOfThisProcess();
  std::vector<std::unique_ptr<Timed>> worlds;
  for (int i = 0; i < 200; ++i) {
    worlds.push_back(std::make_unique<Timed>(sleeper));
    worlds.back()->timers.At(worlds.back()->clock.Now() + 96h, [] { FAIL(); });
  }
  EXPECT_LE(ThreadsOfThisProcess(), before + 1);
}

TEST(SleeperTest, ATimerAfterAPauseRunsThoughTheThreadOfTheLastOneHasEnded) {
  Sleeper sleeper;
  Timed world(sleeper);
  const auto before = ThreadsOfThisProcess();
  for (int round = 0; round < 2; ++round) {
    std::promise<void> ran;
    world.timers.AfterRealTime(0ms, [&] { ran.set_value(); });
    ASSERT_EQ(ran.get_future().wait_for(kWithinReason), std::future_status::ready);
    while (ThreadsOfThisProcess() > before) std::this_thread::yield();
  }
}

/// Is woken again and again.
class Restless final : public Sleeper::Guest {
 public:
  explicit Restless(Sleeper& sleeper) : sleeper_(sleeper) { sleeper_.WakeAt(*this, Duration::zero()); }
  ~Restless() { sleeper_.Forget(*this); }
  void WakeUp() override {
    ++woken;
    sleeper_.WakeAt(*this, Duration::zero());
  }
  std::atomic<int> woken = 0;

 private:
  Sleeper& sleeper_;
};

TEST(SleeperTest, AGuestIsNotWokenAfterItWasForgotten) {
  Sleeper sleeper;
  for (int i = 0; i < 200; ++i) {
    Restless guest(sleeper);
    while (guest.woken == 0) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace stratolite::runtime
