#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "runtime/sleeper.hpp"
#include "stratolite/runtime/clock.hpp"

namespace stratolite::runtime {

/// Timers over a clock, run by one thread that exists only once the first timer was set. With a sleeper it exists only while something is due or
/// will be at once. `clock` and `sleeper` must outlive it. Thread-safe.
class TimerQueue final : public Timers, private Sleeper::Guest {
 public:
  explicit TimerQueue(AdjustableClock& clock, Sleeper* sleeper = nullptr);
  /// Stops as Stop() does.
  ~TimerQueue() override;

  Id At(TimePoint when, std::function<void()> action) override;
  Id AfterRealTime(Duration delay, std::function<void()> action) override;
  void Cancel(Id id) override;

  /// When the next timer on the world's clock is due.
  std::optional<TimePoint> NextDue() const;
  /// Runs on the calling thread whatever is due on the world's clock, in order, and waits for actions that the timer thread is in the
  /// middle of. Not from within an action. Returns whether anything ran.
  bool RunDue();
  /// Moves the clock on to `target`, from due moment to due moment, so that whatever runs sees the time it was due at, and returns when
  /// nothing is due any more. `await`: called after each step, waits for what the actions have begun elsewhere and says whether there was anything.
  /// Not from within an action.
  void AdvanceTo(TimePoint target, const std::function<bool()>& await = nullptr);
  /// No action starts after this returns.
  void Stop();

 private:
  /// Ordered by moment, then by the order of setting.
  using Key = std::pair<Duration, Id>;
  using Queue = std::map<Key, std::function<void()>>;

  Id Insert(Queue& queue, Duration moment, std::function<void()> action);
  void StartThread();
  void Run();
  void WakeUp() override;
  /// After a change: the thread looks again; without one, it is started or the sleeper told.
  void Reconsider();
  /// Takes the first action that is due out of the queues; empty if there is none.
  std::function<void()> TakeDue(bool world_only);
  /// Real time until something may be due; nullopt: nothing to wait for.
  std::optional<Duration> UntilNext() const;

  AdjustableClock& clock_;
  Sleeper* const sleeper_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable idle_;
  Queue world_;
  Queue real_;
  std::unordered_map<Id, std::pair<Queue*, Key>> keys_;
  Id next_id_ = 1;
  int running_ = 0;
  bool stopped_ = false;
  /// Bumped whenever the thread must look again.
  std::uint64_t generation_ = 0;
  std::thread thread_;
  /// Whether `thread_` looks after the queues. One that has ended is joined when the next is started.
  bool served_ = false;
};

}  // namespace stratolite::runtime
