#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace stratolite::daemon {

/// A thread for what no request should wait for or must not run on its own thread: the end of a world may come on a thread of that very world.
/// Made when there is something to do. Thread-safe.
class Housekeeper {
 public:
  Housekeeper() = default;
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;
  ~Housekeeper() { Stop(); }

  /// Runs `work` soon, in order of asking; on the calling thread after Stop. What it throws is logged.
  void Run(std::function<void()> work);
  /// Runs `work` at every `pause` from now on; a second call changes nothing.
  void Repeat(std::chrono::milliseconds pause, std::function<void()> work);
  /// Finishes what was asked for; nothing is repeated any more.
  void Stop();

 private:
  void Start();
  void Serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  std::function<void()> repeated_;
  std::chrono::milliseconds pause_{};
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace stratolite::daemon
