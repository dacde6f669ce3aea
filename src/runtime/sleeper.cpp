#include "runtime/sleeper.hpp"

#include <algorithm>

#include "runtime/virtual_clock.hpp"

namespace stratolite::runtime {
namespace {

/// The condition variable's clock stands still while the machine sleeps, the boot clock does not: look again now and then.
constexpr Duration kLongestNap = std::chrono::seconds(15);

}  // namespace

Sleeper::~Sleeper() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Sleeper::WakeAt(Guest& guest, Duration moment) {
  const std::scoped_lock lock(mutex_);
  CancelLocked(guest);
  if (leaving_.contains(&guest)) return;
  const auto position = queue_.emplace(moment, &guest).first;
  moments_.emplace(&guest, moment);
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  if (position == queue_.begin()) changed_.notify_all();
}

void Sleeper::Cancel(Guest& guest) {
  const std::scoped_lock lock(mutex_);
  CancelLocked(guest);
}

void Sleeper::Forget(Guest& guest) {
  std::unique_lock lock(mutex_);
  CancelLocked(guest);
  // One that is just being woken must not come back.
  leaving_.insert(&guest);
  woken_.wait(lock, [&] { return waking_ != &guest; });
  leaving_.erase(&guest);
}

void Sleeper::CancelLocked(Guest& guest) {
  const auto found = moments_.find(&guest);
  if (found == moments_.end()) return;
  queue_.erase({found->second, &guest});
  moments_.erase(found);
}

void Sleeper::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (queue_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto [moment, guest] = *queue_.begin();
    const Duration left = moment - BootTime();
    if (left > Duration::zero()) {
      changed_.wait_for(lock, std::min(left, kLongestNap));
      continue;
    }
    CancelLocked(*guest);
    waking_ = guest;
    lock.unlock();
    guest->WakeUp();
    lock.lock();
    waking_ = nullptr;
    woken_.notify_all();
  }
}

}  // namespace stratolite::runtime
