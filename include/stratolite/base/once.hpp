#pragma once

#include <atomic>
#include <mutex>

namespace stratolite {

/// Runs a function once, however many threads ask; when it throws, the next caller tries again. In place of std::call_once, whose way leads through the C library: a
/// release that links the unwinder statically cannot throw through that and aborts. Thread-safe.
class Once {
 public:
  template <typename F>
  void Run(F&& function) {
    if (done_.load(std::memory_order_acquire)) return;
    const std::scoped_lock lock(mutex_);
    if (done_.load(std::memory_order_relaxed)) return;
    function();
    done_.store(true, std::memory_order_release);
  }

 private:
  std::mutex mutex_;
  std::atomic<bool> done_ = false;
};

}  // namespace stratolite
