#pragma once

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
  explicit BlockingLane(std::size_t max_threads = 64) : max_threads_(max_threads) {}
  BlockingLane(const BlockingLane&) = delete;
  BlockingLane& operator=(const BlockingLane&) = delete;
  /// Waits for what runs.
  ~BlockingLane();

  /// `work` must not throw.
  void Run(std::function<void()> work);

 private:
  void Serve();

  const std::size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace stratolite::http
