#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

#include "stratolite/base/time.hpp"

namespace stratolite::runtime {

/// One thread that waits on behalf of many: a daemon of hundreds of worlds needs no thread for each that has something to do in four days. It exists
/// once somebody has something to wait for. Thread-safe.
class Sleeper {
 public:
  /// Called on the sleeper's thread when its moment came; quick, must not throw. Never called after Forget.
  class Guest {
   public:
    virtual void WakeUp() = 0;

   protected:
    ~Guest() = default;
  };

  Sleeper() = default;
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  /// All guests are forgotten by then.
  ~Sleeper();

  /// Wakes `guest` once at `moment` of BootTime(), instead of whenever it was to be woken.
  void WakeAt(Guest& guest, Duration moment);
  void Cancel(Guest& guest);
  /// Like Cancel, and waits while the guest is just being woken: not from within WakeUp, nor holding what it locks.
  void Forget(Guest& guest);

 private:
  void CancelLocked(Guest& guest);
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable woken_;
  std::set<std::pair<Duration, Guest*>> queue_;
  std::unordered_map<Guest*, Duration> moments_;
  Guest* waking_ = nullptr;
  std::set<Guest*> leaving_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace stratolite::runtime
