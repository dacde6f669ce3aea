#include "daemon/process_watch.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <stdexcept>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace stratolite::daemon {
namespace {

/// A process that does nothing until it is killed.
class IdleProcess {
 public:
  IdleProcess() : pid_(fork()) {
    if (pid_ != 0) return;
    for (;;) pause();
  }
  ~IdleProcess() {
    if (pid_ > 0) Kill();
  }
  void Kill() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    gone_ = std::exchange(pid_, -1);
  }
  pid_t pid() const { return pid_ > 0 ? pid_ : gone_; }

 private:
  pid_t pid_;
  pid_t gone_ = -1;
};

TEST(ProcessWatchTest, TellsOfAProcessThatWasKilled) {
  IdleProcess process;
  std::promise<void> ended;
  const ProcessWatch watch(process.pid(), [&] { ended.set_value(); });
  process.Kill();
  ended.get_future().wait();
}

TEST(ProcessWatchTest, SaysNothingWhileTheProcessLives) {
  const IdleProcess process;
  bool ended = false;
  {
    const ProcessWatch watch(process.pid(), [&] { ended = true; });
  }
  EXPECT_FALSE(ended);
}

TEST(ProcessWatchTest, AProcessThatIsGoneIsRefused) {
  IdleProcess process;
  process.Kill();
  EXPECT_THROW(ProcessWatch(process.pid(), [] {}), std::runtime_error);
}

}  // namespace
}  // namespace stratolite::daemon
