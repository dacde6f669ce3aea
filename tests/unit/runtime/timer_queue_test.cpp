#include "runtime/timer_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

#include "runtime/virtual_clock.hpp"

namespace stratolite::runtime {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 20s;

class TimerQueueTest : public testing::Test {
 protected:
  TimerQueueTest() { clock_.Freeze(); }

  void Note(Duration after, std::string name) {
    timers_.At(start_ + after, [this, name = std::move(name)] {
      const std::scoped_lock lock(mutex_);
      log_.push_back(name + "@" + std::to_string((clock_.Now() - start_) / 1s));
    });
  }

  VirtualClock clock_;
  const TimePoint start_ = (clock_.Freeze(), clock_.Now());
  std::mutex mutex_;
  std::vector<std::string> log_;
  TimerQueue timers_{clock_};
};

TEST_F(TimerQueueTest, AdvancingRunsWhatBecomesDueInOrderAndAtItsTime) {
  Note(20s, "late");
  Note(10s, "first");
  Note(10s, "second");
  Note(100s, "not yet");
  timers_.AdvanceTo(start_ + 30s);
  EXPECT_EQ(log_, (std::vector<std::string>{"first@10", "second@10", "late@20"}));
  EXPECT_EQ(clock_.Now(), start_ + 30s);
  EXPECT_EQ(timers_.NextDue(), start_ + 100s);
}

TEST_F(TimerQueueTest, WhatATimerSetsIsPartOfTheSameAdvance) {
  timers_.At(start_ + 1s, [&] {
    Note(5s, "child");
    Note(1s, "at once");
    Note(50s, "later");
  });
  timers_.AdvanceTo(start_ + 10s);
  EXPECT_EQ(log_, (std::vector<std::string>{"at once@1", "child@5"}));
}

TEST_F(TimerQueueTest, ACancelledTimerDoesNotRun) {
  const auto id = timers_.At(start_ + 1s, [&] { ADD_FAILURE(); });
  timers_.Cancel(id);
  timers_.Cancel(id);
  timers_.Cancel(12345);
  timers_.AdvanceTo(start_ + 10s);
  EXPECT_EQ(timers_.NextDue(), std::nullopt);
}

TEST_F(TimerQueueTest, AFailingActionHarmsNoOther) {
  timers_.At(start_ + 1s, [] { throw std::runtime_error("bug"); });
  Note(1s, "next");
  timers_.AdvanceTo(start_ + 1s);
  EXPECT_EQ(log_.size(), 1U);
}

TEST_F(TimerQueueTest, SettingTheClockForwardWakesTheThread) {
  std::promise<void> ran;
  timers_.At(start_ + 1h, [&] { ran.set_value(); });
  clock_.Set(start_ + 2h);
  EXPECT_EQ(ran.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST_F(TimerQueueTest, UnfreezingAndSpeedingUpWakeTheThread) {
  std::promise<void> ran;
  timers_.At(start_ + 1h, [&] { ran.set_value(); });
  clock_.SetSpeed(1e6);
  clock_.Unfreeze();
  EXPECT_EQ(ran.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST_F(TimerQueueTest, RealTimePassesWhileTheClockIsFrozen) {
  std::promise<void> ran;
  timers_.AfterRealTime(1ms, [&] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(clock_.Now(), start_);
}

TEST_F(TimerQueueTest, AdvancingDoesNotHurryRealTime) {
  std::atomic<bool> ran = false;
  timers_.AfterRealTime(1h, [&] { ran = true; });
  timers_.AdvanceTo(start_ + 24h);
  EXPECT_FALSE(ran);
}

TEST_F(TimerQueueTest, NothingStartsAfterStop) {
  timers_.At(start_ + 1s, [&] { ADD_FAILURE(); });
  timers_.Stop();
  timers_.At(start_, [&] { ADD_FAILURE(); });
  clock_.Set(start_ + 2s);
  timers_.RunDue();
}

TEST_F(TimerQueueTest, AClockThatGoesBackMakesTimersWaitAndLosesNone) {
  Note(10s, "first");
  Note(20s, "second");
  timers_.AdvanceTo(start_ + 10s);
  clock_.Set(start_ - 24h);
  EXPECT_FALSE(timers_.RunDue());
  EXPECT_EQ(timers_.NextDue(), start_ + 20s);
  Note(-23h, "set meanwhile");
  timers_.AdvanceTo(start_ + 30s);
  EXPECT_EQ(log_, (std::vector<std::string>{"first@10", "set meanwhile@-82800", "second@20"}));
}

TEST_F(TimerQueueTest, AnActionMayTurnTheClockBack) {
  timers_.At(start_ + 5s, [&] { clock_.Set(start_ - 1h); });
  Note(6s, "after");
  timers_.AdvanceTo(start_ + 10s);
  EXPECT_EQ(log_, (std::vector<std::string>{"after@6"}));
  EXPECT_EQ(clock_.Now(), start_ + 10s);
}

TEST_F(TimerQueueTest, AThreadThatWaitsOnAClockThatWentBackSleeps) {
  Note(1h, "far");
  clock_.Unfreeze();
  clock_.Set(start_ + 59min);
  clock_.Set(start_ - 24h);
  const auto wait = clock_.RealTimeUntil(start_ + 1h);
  ASSERT_TRUE(wait);
  EXPECT_GT(*wait, 24h);
  std::promise<void> ran;
  timers_.At(start_ + 2h, [&] { ran.set_value(); });
  clock_.Set(start_ + 2h);
  ASSERT_EQ(ran.get_future().wait_for(kPatience), std::future_status::ready);
}

// Every timer either ran once or was cancelled before, whatever the threads do at the same time.
TEST_F(TimerQueueTest, ManyThreadsSetAndCancel) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  std::atomic<int> ran = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto id = timers_.At(start_ + Duration((i * 7919 + t) % 100), [&] { ++ran; });
          if (i % 2 == 0) timers_.Cancel(id);
          if (i % 50 == 0) clock_.Set(start_ + Duration(i / 10));
        }
      });
    }
  }
  timers_.AdvanceTo(start_ + 1s);
  EXPECT_GE(ran, kThreads * kEach / 2);
  EXPECT_LE(ran, kThreads * kEach);
  EXPECT_EQ(timers_.NextDue(), std::nullopt);
}

}  // namespace
}  // namespace stratolite::runtime
