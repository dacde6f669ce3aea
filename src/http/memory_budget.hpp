#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace stratolite::http {

/// The bytes that a server holds for its clients: heads, bodies that are collected, answers that nobody takes, connections themselves. Who wants much waits
/// its turn and gets three quarters at most; small takes pass by. Costs nothing while nobody takes: requests of a few KiB do not ask. Thread-safe.
class MemoryBudget {
 public:
  /// Takes of up to this size count as small.
  static constexpr std::uint64_t kSmallBytes = 512 * 1024;

  explicit MemoryBudget(std::uint64_t limit) : limit_(limit), large_limit_(limit - limit / 4) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// What has been taken, by size.
  struct Taken {
    std::uint64_t small = 0;
    std::uint64_t large = 0;
  };
  /// Adds to `taken`; false: not now. A take that is larger than all there is for large ones counts as all of it, so that it passes alone.
  bool TryTake(std::uint64_t bytes, Taken& taken);
  /// For what is there already and small: may go beyond the limit, and is then a reason to get rid of slow clients.
  void Force(std::uint64_t bytes, Taken& taken);
  /// Gives all of it back.
  void Give(Taken& taken);

  /// Somebody's place in the queue.
  struct Waiter {
    std::uint64_t bytes = 0;
    std::function<void()> wake;
    /// Complete once `granted`.
    Taken taken;
    std::atomic<bool> granted = false;
  };
  /// `wake` is called once, from any thread, when the bytes are the waiter's; perhaps before Enqueue returns.
  std::shared_ptr<Waiter> Enqueue(std::uint64_t bytes, std::function<void()> wake);
  /// Leaves the queue. True: the bytes had been granted.
  bool Withdraw(const std::shared_ptr<Waiter>& waiter);

  /// Whether somebody waits, or more is held than should be.
  bool pressed() const {
    return waiting_.load(std::memory_order_relaxed) > 0 || small_.load(std::memory_order_relaxed) > limit_;
  }
  /// True once after much had been held and most of it was given back: a time to give it back to the system.
  bool TakeFall();
  std::uint64_t limit() const { return limit_; }
  std::uint64_t used() const { return small_.load(std::memory_order_relaxed) + large_.load(std::memory_order_relaxed); }

 private:
  void NotePeak() {
    if (used() > peak_.load(std::memory_order_relaxed)) peak_.store(used(), std::memory_order_relaxed);
  }
  bool Pass(std::uint64_t bytes, Taken& taken);
  void Grant();

  const std::uint64_t limit_;
  const std::uint64_t large_limit_;
  std::atomic<std::uint64_t> small_ = 0;
  std::atomic<std::uint64_t> large_ = 0;
  /// Roughly.
  std::atomic<std::uint64_t> peak_ = 0;
  std::atomic<std::size_t> waiting_ = 0;
  std::mutex mutex_;
  std::deque<std::shared_ptr<Waiter>> queue_;
};

/// What one connection has taken out of a budget; given back at the end. `budget` outlives it. Not thread-safe.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare() { Release(); }

  bool TryTake(std::uint64_t bytes) { return budget_.TryTake(bytes, taken_); }
  void Force(std::uint64_t bytes) { budget_.Force(bytes, taken_); }
  /// Takes over what a waiter was granted.
  void Adopt(const MemoryBudget::Taken& taken) {
    taken_.small += taken.small;
    taken_.large += taken.large;
  }
  void Release() {
    if (held() > 0) budget_.Give(taken_);
  }
  std::uint64_t held() const { return taken_.small + taken_.large; }

 private:
  MemoryBudget& budget_;
  MemoryBudget::Taken taken_;
};

/// A quarter of the memory that this process may use (its control group's limit, or the machine's), 1 GiB at most.
std::uint64_t DefaultBufferBytes();

}  // namespace stratolite::http
