#include "http/blocking_lane.hpp"

#include <chrono>
#include <system_error>
#include <thread>

#include "http/channel.hpp"

namespace stratolite::http {
namespace {

constexpr std::chrono::seconds kIdleLife{10};
}  // namespace

BlockingLane::~BlockingLane() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return threads_ == 0; });
}

void BlockingLane::Run(std::function<void()> work) {
  std::unique_lock lock(mutex_);
  queue_.push_back(std::move(work));
  if (queue_.size() <= idle_ || threads_ == max_threads_) {
    NotePressure();
    changed_.notify_one();
    return;
  }
  ++threads_;
  try {
    // Not joined one by one: the destructor waits for the count.
    std::thread([this] { Serve(); }).detach();
  } catch (const std::system_error&) {
    --threads_;
    if (threads_ > 0) return;
    work = std::move(queue_.back());
    queue_.pop_back();
    lock.unlock();
    work();
  }
}

void BlockingLane::Serve() {
  BlockBrokenPipeSignals();
  std::unique_lock lock(mutex_);
  for (;;) {
    if (queue_.empty()) {
      if (stopping_) break;
      ++idle_;
      const bool woken = changed_.wait_for(lock, kIdleLife, [this] { return stopping_ || !queue_.empty(); });
      --idle_;
      if (!woken) break;
      continue;
    }
    const bool oldest = order_ == Order::kOldestFirst;
    auto work = std::move(oldest ? queue_.front() : queue_.back());
    if (oldest) {
      queue_.pop_front();
    } else {
      queue_.pop_back();
    }
    NotePressure();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
  --threads_;
  // Under the lock: the destructor may run as soon as it is released.
  changed_.notify_all();
}

}  // namespace stratolite::http
