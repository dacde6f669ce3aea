#include "runtime/durable_scheduler.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>
#include <set>

#include "runtime/timer_queue.hpp"
#include "runtime/virtual_clock.hpp"
#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::runtime {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart = std::chrono::sys_days(2026y / 1 / 1);

/// A scheduler with all it needs on a frozen clock; what ran is noted as `key@seconds since kStart`.
struct Bench {
  explicit Bench(const std::filesystem::path& directory, TimePoint now = kStart)
      : db(storage::Database::Open({directory})) {
    clock.Freeze();
    clock.Set(now);
  }
  ~Bench() { timers.Stop(); }

  void Listen(std::string kind = "test.task") {
    scheduler.Register(std::move(kind), [this](const DueTask& task) {
      log.push_back(task.key + "@" + std::to_string((clock.Now() - kStart) / 1s));
      if (on_task) on_task(task);
    });
  }
  void Schedule(std::string key, Duration after, std::string payload = "") {
    db->Transact([&](storage::Txn& txn) { scheduler.Schedule(txn, "test.task", {key, kStart + after, payload}); });
  }
  void Cancel(std::string_view key) {
    db->Transact([&](storage::Txn& txn) { scheduler.Cancel(txn, "test.task", key); });
  }
  void AdvanceTo(Duration after) { timers.AdvanceTo(kStart + after); }

  std::unique_ptr<storage::Database> db;
  VirtualClock clock;
  TimerQueue timers{clock};
  DurableScheduler scheduler{*db, clock, timers};
  std::vector<std::string> log;
  std::function<void(const DueTask&)> on_task;
};

using Log = std::vector<std::string>;

class DurableSchedulerTest : public testing::Test {
 protected:
  test::TemporaryDirectory directory_;
};

TEST_F(DurableSchedulerTest, RunsInOrderOfTimeThenOfScheduling) {
  Bench bench(directory_.path());
  bench.Listen();
  bench.Schedule("c", 20s);
  bench.Schedule("a", 10s);
  bench.Schedule("b", 10s);
  bench.Schedule("later", 1h);
  bench.AdvanceTo(30s);
  EXPECT_EQ(bench.log, (Log{"a@10", "b@10", "c@20"}));
  bench.AdvanceTo(2h);
  EXPECT_EQ(bench.log.back(), "later@3600");
}

TEST_F(DurableSchedulerTest, HandsOverWhatWasScheduled) {
  Bench bench(directory_.path());
  bench.Listen();
  const std::string payload("any\0thing", 9);
  bench.on_task = [&](const DueTask& task) {
    EXPECT_EQ(task.key, "k");
    EXPECT_EQ(task.due, kStart + 5s);
    EXPECT_EQ(task.payload, payload);
  };
  bench.Schedule("k", 5s, payload);
  bench.AdvanceTo(5s);
  EXPECT_EQ(bench.log.size(), 1U);
}

TEST_F(DurableSchedulerTest, SchedulingAgainMovesATaskBothWays) {
  Bench bench(directory_.path());
  bench.Listen();
  bench.Schedule("a", 10s);
  bench.Schedule("a", 20s);
  bench.Schedule("b", 20s);
  bench.Schedule("b", 5s);
  bench.AdvanceTo(1min);
  EXPECT_EQ(bench.log, (Log{"b@5", "a@20"}));
}

TEST_F(DurableSchedulerTest, ACancelledTaskDoesNotRun) {
  Bench bench(directory_.path());
  bench.Listen();
  bench.Schedule("a", 10s);
  bench.Cancel("a");
  bench.Cancel("never there");
  bench.AdvanceTo(1min);
  EXPECT_EQ(bench.log, Log{});
}

TEST_F(DurableSchedulerTest, ARolledBackTaskWasNeverThere) {
  Bench bench(directory_.path());
  bench.Listen();
  (void)bench.db->Transact([&](storage::Txn& txn) -> Result<void> {
    bench.scheduler.Schedule(txn, "test.task", {"a", kStart + 1s, ""});
    return AwsError{"Refused", "no"};
  });
  bench.AdvanceTo(1min);
  EXPECT_EQ(bench.log, Log{});
}

TEST_F(DurableSchedulerTest, AHandlerMayScheduleItsOwnKeyAgain) {
  Bench bench(directory_.path());
  bench.Listen();
  bench.on_task = [&](const DueTask& task) {
    if (task.due < kStart + 30s) bench.Schedule(task.key, task.due - kStart + 10s);
  };
  bench.Schedule("tick", 10s);
  bench.AdvanceTo(1h);
  EXPECT_EQ(bench.log, (Log{"tick@10", "tick@20", "tick@30"}));
}

TEST_F(DurableSchedulerTest, AClockThatGoesBackPutsOffAndLosesNothing) {
  Bench bench(directory_.path());
  bench.Listen();
  bench.Schedule("a", 10s);
  bench.Schedule("b", 20s);
  bench.AdvanceTo(10s);
  bench.clock.Set(kStart - 24h);
  bench.AdvanceTo(-1h);
  bench.Schedule("c", -30min);
  EXPECT_EQ(bench.log, (Log{"a@10"}));
  bench.AdvanceTo(1min);
  EXPECT_EQ(bench.log, (Log{"a@10", "c@-1800", "b@20"}));
}

TEST_F(DurableSchedulerTest, AMachineWhoseTimeWentBackWhileNobodyRanWaits) {
  {
    Bench bench(directory_.path(), kStart + 1h);
    bench.Listen();
    bench.Schedule("a", 2h);
  }
  Bench bench(directory_.path(), kStart - 24h);
  bench.Listen();
  bench.AdvanceTo(1h);
  EXPECT_EQ(bench.log, Log{});
  bench.AdvanceTo(2h);
  EXPECT_EQ(bench.log, (Log{"a@7200"}));
}

TEST_F(DurableSchedulerTest, AFailingTaskIsTriedAgainWithGrowingPauses) {
  Bench bench(directory_.path());
  bench.Listen();
  int failures = 8;
  bench.on_task = [&](const DueTask&) {
    if (failures-- > 0) throw std::runtime_error("not yet");
  };
  bench.Schedule("a", 0s);
  bench.Schedule("b", 1h);
  bench.AdvanceTo(50min);
  EXPECT_EQ(bench.log, (Log{"a@0", "a@1", "a@3", "a@7", "a@15", "a@31", "a@63", "a@123", "a@183"}));
}

TEST_F(DurableSchedulerTest, WhatWasDueWhileNobodyRanIsTakenUp) {
  {
    Bench bench(directory_.path());
    bench.Listen();
    bench.Schedule("a", 10s);
    bench.Schedule("b", 2h);
  }
  Bench bench(directory_.path(), kStart + 1h);
  EXPECT_EQ(bench.scheduler.PendingKinds(), Log{"test.task"});
  bench.Listen();
  bench.timers.RunDue();
  EXPECT_EQ(bench.log, Log{"a@3600"});
  bench.AdvanceTo(2h);
  EXPECT_EQ(bench.log.back(), "b@7200");
}

TEST_F(DurableSchedulerTest, TasksOfAKindWithoutHandlerWaitAndHoldUpNobody) {
  Bench bench(directory_.path());
  bench.Listen("test.other");
  bench.Schedule("a", 10s);
  bench.AdvanceTo(1min);
  EXPECT_EQ(bench.log, Log{});
  bench.db->Transact([&](storage::Txn& txn) { bench.scheduler.Schedule(txn, "test.other", {"b", kStart + 2min, ""}); });
  bench.AdvanceTo(2min);
  EXPECT_EQ(bench.log, Log{"b@120"});
  bench.Listen();
  bench.timers.RunDue();
  EXPECT_EQ(bench.log.back(), "a@120");
}

TEST_F(DurableSchedulerTest, ManyTasksNeedOneTimer) {
  Bench bench(directory_.path());
  bench.Listen();
  bench.db->Transact([&](storage::Txn& txn) {
    for (int i = 300; i > 0; --i)
      bench.scheduler.Schedule(txn, "test.task", {std::to_string(i), kStart + std::chrono::seconds(i), ""});
  });
  EXPECT_EQ(bench.timers.NextDue(), kStart + 1s);
  bench.AdvanceTo(300s);
  ASSERT_EQ(bench.log.size(), 300U);
  EXPECT_EQ(bench.log.back(), "300@300");
  EXPECT_EQ(bench.timers.NextDue(), std::nullopt);
}

// A process that dies within a handler has not done the task; one that dies elsewhere loses none.
TEST_F(DurableSchedulerTest, NothingIsLostWhenTheProcessIsKilled) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Bench bench(directory_.path());
    bench.Listen();
    bench.on_task = [](const DueTask& task) {
      if (task.key == "deadly") kill(getpid(), SIGKILL);
    };
    bench.Schedule("done", 1s);
    bench.Schedule("deadly", 2s);
    bench.Schedule("after", 3s);
    bench.AdvanceTo(10s);
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  Bench bench(directory_.path(), kStart + 10s);
  bench.Listen();
  bench.timers.RunDue();
  EXPECT_EQ(bench.log, (Log{"deadly@10", "after@10"}));
}

TEST_F(DurableSchedulerTest, ThreadsScheduleWhileTasksRun) {
  Bench bench(directory_.path());
  std::mutex mutex;
  std::multiset<std::string> ran;
  bench.scheduler.Register("test.task", [&](const DueTask& task) {
    const std::scoped_lock lock(mutex);
    ran.insert(task.key);
  });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          bench.Schedule(std::to_string(t) + "/" + std::to_string(i), std::chrono::seconds(i % 5));
          if (t == 0 && i % 8 == 0) bench.clock.Set(kStart + std::chrono::seconds(i / 8));
        }
      });
    }
  }
  bench.AdvanceTo(1min);
  EXPECT_EQ(ran.size(), 100U);
  EXPECT_EQ(std::set<std::string>(ran.begin(), ran.end()).size(), 100U);
}

/// What the scheduler should do, by brute force.
class Model {
 public:
  void Schedule(const std::string& key, TimePoint due) { tasks_[key] = {due, ++sequence_, 0}; }
  void Cancel(const std::string& key) { tasks_.erase(key); }
  /// `fails` decides about each run as the handler does.
  template <typename F>
  void AdvanceTo(TimePoint& now, TimePoint target, F&& fails, Log& log) {
    while (true) {
      auto next = tasks_.end();
      for (auto task = tasks_.begin(); task != tasks_.end(); ++task) {
        if (task->second.due <= target && (next == tasks_.end() || task->second < next->second)) next = task;
      }
      if (next == tasks_.end()) break;
      now = std::max(now, next->second.due);
      log.push_back(next->first + "@" + std::to_string((now - kStart) / 1s));
      if (fails(next->first)) {
        next->second.due = now + std::chrono::seconds(std::min(1 << std::min(next->second.attempts, 6), 60));
        ++next->second.attempts;
      } else {
        tasks_.erase(next);
      }
    }
    now = std::max(now, target);
  }

 private:
  struct Task {
    TimePoint due;
    int sequence = 0;
    int attempts = 0;
    bool operator<(const Task& other) const { return std::tie(due, sequence) < std::tie(other.due, other.sequence); }
  };
  std::map<std::string, Task> tasks_;
  int sequence_ = 0;
};

TEST_F(DurableSchedulerTest, RandomLivesMatchTheModel) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto pick = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
    const auto path = directory_.path() / std::to_string(seed);
    // The outcome of a run depends on its key and number only, so that model and handler agree.
    const auto make_fails = [seed](std::map<std::string, int>& runs) {
      return [seed, &runs](const std::string& key) {
        return std::hash<std::string>{}(key + std::to_string(seed + 31U * ++runs[key])) % 4 == 0;
      };
    };
    std::map<std::string, int> model_runs;
    std::map<std::string, int> real_runs;
    Model model;
    Log expected;
    Log seen;
    TimePoint now = kStart;
    auto bench = std::make_unique<Bench>(path);
    const auto listen = [&] {
      bench->Listen();
      bench->on_task = [fails = make_fails(real_runs)](const DueTask& task) {
        if (fails(task.key)) throw std::runtime_error("random");
      };
    };
    listen();
    for (int step = 0; step < 60; ++step) {
      const std::string key(1, static_cast<char>('a' + pick(6)));
      switch (pick(8)) {
        case 0:
          model.Cancel(key);
          bench->Cancel(key);
          break;
        case 1:
        case 2: {
          const TimePoint target = now + std::chrono::seconds(pick(20));
          model.AdvanceTo(now, target, make_fails(model_runs), expected);
          bench->timers.AdvanceTo(target);
          break;
        }
        case 3:
          seen.insert(seen.end(), bench->log.begin(), bench->log.end());
          bench.reset();
          bench = std::make_unique<Bench>(path, now);
          listen();
          break;
        default: {
          // Always ahead: what is already due may run on the timer thread at once.
          const TimePoint due = now + std::chrono::seconds(1 + pick(30));
          model.Schedule(key, due);
          bench->Schedule(key, due - kStart);
        }
      }
    }
    model.AdvanceTo(now, now + 1h, make_fails(model_runs), expected);
    bench->timers.AdvanceTo(now);
    seen.insert(seen.end(), bench->log.begin(), bench->log.end());
    EXPECT_EQ(seen, expected);
  }
}

}  // namespace
}  // namespace stratolite::runtime
