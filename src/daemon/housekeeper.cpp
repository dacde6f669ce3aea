#include "daemon/housekeeper.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

namespace stratolite::daemon {
namespace {

void RunLogged(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    spdlog::error("in the background: {}", error.what());
  }
}

}  // namespace

void Housekeeper::Run(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    if (!stopped_) {
      work_.push_back(std::move(work));
      Start();
      return;
    }
  }
  RunLogged(work);
}

void Housekeeper::Repeat(std::chrono::milliseconds pause, std::function<void()> work) {
  const std::scoped_lock lock(mutex_);
  if (stopped_ || repeated_) return;
  repeated_ = std::move(work);
  pause_ = pause;
  Start();
}

void Housekeeper::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Serve(); });
  changed_.notify_one();
}

void Housekeeper::Stop() {
  std::thread thread;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    thread.swap(thread_);
    changed_.notify_one();
  }
  if (thread.joinable()) thread.join();
}

void Housekeeper::Serve() {
  std::unique_lock lock(mutex_);
  const auto woken = [this] { return stopped_ || !work_.empty(); };
  while (true) {
    if (!work_.empty()) {
      auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      RunLogged(work);
      work = nullptr;
      lock.lock();
      continue;
    }
    if (stopped_) return;
    if (!repeated_) {
      changed_.wait(lock, [&] { return woken() || repeated_; });
    } else if (!changed_.wait_for(lock, pause_, woken)) {
      lock.unlock();
      // Set once and for all.
      RunLogged(repeated_);
      lock.lock();
    }
  }
}

}  // namespace stratolite::daemon
