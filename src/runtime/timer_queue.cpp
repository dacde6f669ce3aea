#include "runtime/timer_queue.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "runtime/virtual_clock.hpp"

namespace stratolite::runtime {
namespace {

/// The condition variable's clock stands still while the machine sleeps, the boot clock does not: look again now and then.
constexpr Duration kLongestSleep = std::chrono::seconds(15);

/// With a sleeper: how long the thread stays when nothing is due.
constexpr Duration kLinger = std::chrono::seconds(1);

void RunAction(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& error) {
    spdlog::error("a timer's action failed: {}", error.what());
  }
}

}  // namespace

TimerQueue::TimerQueue(AdjustableClock& clock, Sleeper* sleeper) : clock_(clock), sleeper_(sleeper) {
  clock_.OnChange([this] {
    const std::scoped_lock lock(mutex_);
    Reconsider();
  });
}

TimerQueue::~TimerQueue() { Stop(); }

Timers::Id TimerQueue::At(TimePoint when, std::function<void()> action) {
  return Insert(world_, when.time_since_epoch(), std::move(action));
}

Timers::Id TimerQueue::AfterRealTime(Duration delay, std::function<void()> action) {
  return Insert(real_, BootTime() + delay, std::move(action));
}

Timers::Id TimerQueue::Insert(Queue& queue, Duration moment, std::function<void()> action) {
  const std::scoped_lock lock(mutex_);
  const Id id = next_id_++;
  if (stopped_) return id;
  const Key key{moment, id};
  const auto position = queue.emplace(key, std::move(action)).first;
  keys_.emplace(id, std::make_pair(&queue, key));
  if (position == queue.begin()) Reconsider();
  return id;
}

void TimerQueue::Reconsider() {
  ++generation_;
  changed_.notify_all();
  if (served_ || stopped_ || (world_.empty() && real_.empty())) return;
  if (sleeper_ == nullptr) return StartThread();
  const auto wait = UntilNext();
  if (wait && *wait <= kLinger) {
    sleeper_->Cancel(*this);
    StartThread();
  } else if (wait) {
    sleeper_->WakeAt(*this, BootTime() + *wait);
  } else {
    sleeper_->Cancel(*this);
  }
}

void TimerQueue::WakeUp() {
  const std::scoped_lock lock(mutex_);
  Reconsider();
}

void TimerQueue::Cancel(Id id) {
  std::function<void()> dropped;  // destroyed after the lock: an action may own what sets or cancels timers
  const std::scoped_lock lock(mutex_);
  const auto found = keys_.find(id);
  if (found == keys_.end()) return;
  const auto [queue, key] = found->second;
  const auto entry = queue->find(key);
  dropped = std::move(entry->second);
  queue->erase(entry);
  keys_.erase(found);
}

std::optional<TimePoint> TimerQueue::NextDue() const {
  const std::scoped_lock lock(mutex_);
  if (world_.empty()) return std::nullopt;
  return TimePoint(world_.begin()->first.first);
}

std::function<void()> TimerQueue::TakeDue(bool world_only) {
  const auto take = [this](Queue& queue) {
    auto node = queue.extract(queue.begin());
    keys_.erase(node.key().second);
    ++running_;
    return std::move(node.mapped());
  };
  if (!world_.empty() && world_.begin()->first.first <= clock_.Now().time_since_epoch()) return take(world_);
  if (!world_only && !real_.empty() && real_.begin()->first.first <= BootTime()) return take(real_);
  return nullptr;
}

bool TimerQueue::RunDue() {
  bool any = false;
  std::unique_lock lock(mutex_);
  while (true) {
    auto action = TakeDue(/*world_only=*/true);
    if (!action) break;
    any = true;
    lock.unlock();
    RunAction(action);
    action = nullptr;
    lock.lock();
    --running_;
    idle_.notify_all();
  }
  idle_.wait(lock, [this] { return running_ == 0; });
  return any;
}

void TimerQueue::AdvanceTo(TimePoint target, const std::function<bool()>& await) {
  const auto settle = [&] {
    bool any = RunDue();
    while (await && await()) any = RunDue() || any;
    return any;
  };
  // What the thread has begun sees the time it was due at, and what it sets for later is not jumped over.
  settle();
  for (auto next = NextDue(); next && *next <= target; next = NextDue()) {
    if (*next > clock_.Now()) clock_.Set(*next);
    settle();
  }
  if (target > clock_.Now()) clock_.Set(target);
  while (settle()) {
  }
}

void TimerQueue::Stop() {
  if (sleeper_ != nullptr) {
    {
      const std::scoped_lock lock(mutex_);
      stopped_ = true;
    }
    sleeper_->Forget(*this);
  }
  Queue world;
  Queue real;
  std::thread thread;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    ++generation_;
    world.swap(world_);
    real.swap(real_);
    keys_.clear();
    thread.swap(thread_);
    changed_.notify_all();
  }
  if (thread.joinable()) thread.join();
}

void TimerQueue::StartThread() {
  if (served_) return;
  if (thread_.joinable()) thread_.join();
  served_ = true;
  thread_ = std::thread([this] { Run(); });
}

std::optional<Duration> TimerQueue::UntilNext() const {
  std::optional<Duration> wait;
  if (!world_.empty()) wait = clock_.RealTimeUntil(TimePoint(world_.begin()->first.first));
  if (!real_.empty()) {
    const Duration real = std::max(real_.begin()->first.first - BootTime(), Duration::zero());
    wait = wait ? std::min(*wait, real) : real;
  }
  return wait;
}

void TimerQueue::Run() {
  std::unique_lock lock(mutex_);
  bool lingered = false;
  while (!stopped_) {
    if (auto action = TakeDue(/*world_only=*/false)) {
      lock.unlock();
      RunAction(action);
      action = nullptr;
      lock.lock();
      --running_;
      idle_.notify_all();
      lingered = false;
      continue;
    }
    const std::uint64_t seen = generation_;
    const auto woken = [&] { return stopped_ || generation_ != seen; };
    const auto wait = UntilNext();
    const bool far = sleeper_ != nullptr && (!wait || *wait > kLinger);
    if (far && lingered) {
      served_ = false;
      if (wait) sleeper_->WakeAt(*this, BootTime() + *wait);
      return;
    }
    if (far) {
      // What comes now often comes again at once.
      lingered = !changed_.wait_for(lock, kLinger, woken);
    } else if (wait) {
      changed_.wait_for(lock, std::min<Duration>(*wait, kLongestSleep), woken);
    } else {
      changed_.wait(lock, woken);
    }
  }
}

}  // namespace stratolite::runtime
