#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sqs/model.hpp"
#include "stratolite/runtime/clock.hpp"

namespace stratolite::sqs {

/// One receiver that waits for messages.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Messages may be there. Quick, never blocks. False: it is done, or looks already, and the wake should go to another.
  virtual bool Wake() = 0;
  /// Its time is over: answers with what it has.
  virtual void Expire() = 0;
};

/// Who waits for messages of which queue, in order of arrival, and one timer per queue for the next message that becomes visible.
/// `timers` must outlive it. Thread-safe.
class Waiters {
 public:
  explicit Waiters(runtime::Timers& timers) : timers_(timers) {}
  ~Waiters();

  void Add(QueueId queue, std::shared_ptr<Waiter> waiter);
  void Remove(QueueId queue, const Waiter* waiter);

  /// `count` messages can be seen now: wakes as many receivers, the longest-waiting first. For Txn::OnCommit.
  void Notify(QueueId queue, std::size_t count);
  /// A message will be visible at `when`: wakes a receiver then, if one still waits. For Txn::OnCommit, and for receivers that found nothing.
  void NotifyAt(QueueId queue, TimePoint when);
  /// The queue is gone.
  void NotifyAll(QueueId queue);
  /// Reset, stop: everybody's time is over.
  void ExpireAll();

 private:
  struct Line {
    std::deque<std::shared_ptr<Waiter>> waiters;
    std::optional<TimePoint> armed_for;
    runtime::Timers::Id timer = 0;
  };
  void OnTimer(QueueId queue, TimePoint when);

  runtime::Timers& timers_;
  /// Keeps sends to queues that nobody waits for free of locks.
  std::atomic<std::size_t> waiting_ = 0;
  std::mutex mutex_;
  std::unordered_map<QueueId, Line> lines_;  // guarded by mutex_
};

}  // namespace stratolite::sqs
