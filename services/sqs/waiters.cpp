#include "sqs/waiters.hpp"

#include <algorithm>
#include <limits>

namespace stratolite::sqs {

Waiters::~Waiters() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [queue, line] : lines_) {
    if (line.armed_for) timers_.Cancel(line.timer);
  }
}

void Waiters::Add(QueueId queue, std::shared_ptr<Waiter> waiter) {
  const std::scoped_lock lock(mutex_);
  lines_[queue].waiters.push_back(std::move(waiter));
  waiting_.fetch_add(1);
}

void Waiters::Remove(QueueId queue, const Waiter* waiter) {
  std::optional<runtime::Timers::Id> idle_timer;
  {
    const std::scoped_lock lock(mutex_);
    const auto line = lines_.find(queue);
    if (line == lines_.end()) return;
    auto& waiters = line->second.waiters;
    const auto found =
        std::find_if(waiters.begin(), waiters.end(), [&](const auto& entry) { return entry.get() == waiter; });
    if (found == waiters.end()) return;
    waiters.erase(found);
    waiting_.fetch_sub(1);
    if (waiters.empty()) {
      if (line->second.armed_for) idle_timer = line->second.timer;
      lines_.erase(line);
    }
  }
  // Outside the lock: Cancel may wait for an action that runs, which takes the lock.
  if (idle_timer) timers_.Cancel(*idle_timer);
}

void Waiters::Notify(QueueId queue, std::size_t count) {
  if (waiting_.load() == 0) return;
  std::vector<std::shared_ptr<Waiter>> waiters;
  {
    const std::scoped_lock lock(mutex_);
    const auto line = lines_.find(queue);
    if (line == lines_.end()) return;
    waiters.assign(line->second.waiters.begin(), line->second.waiters.end());
  }
  for (const auto& waiter : waiters) {
    if (count == 0) return;
    if (waiter->Wake()) --count;
  }
}

void Waiters::NotifyAt(QueueId queue, TimePoint when) {
  if (waiting_.load() == 0) return;
  std::optional<runtime::Timers::Id> replaced;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = lines_.find(queue);
    if (found == lines_.end()) return;
    Line& line = found->second;
    if (line.armed_for && *line.armed_for <= when) return;
    if (line.armed_for) replaced = line.timer;
    line.armed_for = when;
    line.timer = timers_.At(when, [this, queue, when] { OnTimer(queue, when); });
  }
  if (replaced) timers_.Cancel(*replaced);
}

void Waiters::OnTimer(QueueId queue, TimePoint when) {
  {
    const std::scoped_lock lock(mutex_);
    const auto line = lines_.find(queue);
    if (line == lines_.end()) return;
    if (line->second.armed_for == when) line->second.armed_for.reset();
  }
  Notify(queue, 1);
}

void Waiters::NotifyAll(QueueId queue) { Notify(queue, std::numeric_limits<std::size_t>::max()); }

void Waiters::ExpireAll() {
  std::vector<std::shared_ptr<Waiter>> waiters;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [queue, line] : lines_) waiters.insert(waiters.end(), line.waiters.begin(), line.waiters.end());
  }
  for (const auto& waiter : waiters) waiter->Expire();
}

}  // namespace stratolite::sqs
