#pragma once

#include <sys/types.h>

#include <functional>
#include <thread>

namespace stratolite::daemon {

/// Tells when another process has ended, however it ended; need not be a child. Its number may be reused later: it is held on to from the start.
/// The callback comes once at most, on a thread of its own, and not after destruction. Not thread-safe. The destructor blocks while the callback runs.
class ProcessWatch {
 public:
  /// Throws std::runtime_error when there is no such process, or when the kernel cannot tell (before Linux 5.3).
  ProcessWatch(pid_t process, std::function<void()> ended);
  ~ProcessWatch();
  ProcessWatch(const ProcessWatch&) = delete;
  ProcessWatch& operator=(const ProcessWatch&) = delete;

 private:
  int process_ = -1;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace stratolite::daemon
