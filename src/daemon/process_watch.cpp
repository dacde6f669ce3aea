#include "daemon/process_watch.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stratolite::daemon {
namespace {

/// Returns true when `process` has ended, false when `stop` was written to.
bool WaitForEnd(int process, int stop) {
  std::array<pollfd, 2> watched{{{process, POLLIN, 0}, {stop, POLLIN, 0}}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  return watched[1].revents == 0;
}

}  // namespace

ProcessWatch::ProcessWatch(pid_t process, std::function<void()> ended) {
  // glibc 2.36 is the first with a wrapper; Ubuntu 22.04 and Debian 11 have older ones.
  process_ = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  if (process_ < 0) {
    throw std::runtime_error(fmt::format("Process {} cannot be watched: {}.", process, std::strerror(errno)));
  }
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  if (stop_ < 0) {
    const int error = errno;
    ::close(process_);
    throw std::runtime_error(fmt::format("Process {} cannot be watched: {}.", process, std::strerror(error)));
  }
  thread_ = std::thread([process_end = process_, stop = stop_, ended = std::move(ended)] {
    if (WaitForEnd(process_end, stop)) ended();
  });
}

ProcessWatch::~ProcessWatch() {
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof one) < 0) std::terminate();
  thread_.join();
  ::close(stop_);
  ::close(process_);
}

}  // namespace stratolite::daemon
