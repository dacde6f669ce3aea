#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace stratolite::http {

/// Threads for exchanges that block: streamed bodies, slow admin calls. Made when needed, kept for some seconds, at most `max_threads` (the rest
/// queues); none exists while nobody streams. Thread-safe.
class BlockingLane {
 public:
  /// kNewestFirst: when there are too few threads, who came last is the likeliest to be still there, and not to be what takes all threads.
  enum class Order { kOldestFirst, kNewestFirst };

  explicit BlockingLane(std::size_t max_threads = 64, Order order = Order::kOldestFirst)
      : max_threads_(max_threads), order_(order) {}
  BlockingLane(const BlockingLane&) = delete;
  BlockingLane& operator=(const BlockingLane&) = delete;
  /// Waits for what runs.
  ~BlockingLane();

  /// `work` must not throw. Runs it on the caller's thread when the system has no thread to give.
  void Run(std::function<void()> work);
  /// Whether work waits for a thread although there are as many as there may be.
  bool pressed() const { return pressed_.load(std::memory_order_relaxed); }

 private:
  void Serve();
  void NotePressure() { pressed_.store(threads_ == max_threads_ && !queue_.empty(), std::memory_order_relaxed); }

  const std::size_t max_threads_;
  const Order order_;
  std::atomic<bool> pressed_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace stratolite::http
