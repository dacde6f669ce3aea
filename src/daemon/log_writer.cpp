#include "daemon/log_writer.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <thread>
#include <utility>

namespace stratolite::daemon {
namespace {

using namespace std::chrono_literals;

constexpr auto kDelay = 50ms;
constexpr std::size_t kEnough = 64 * 1024;
constexpr std::size_t kMaxWaiting = 1024 * 1024;
// Errors still find room when ordinary lines do not.
constexpr std::size_t kReserve = 64 * 1024;
constexpr auto kLastPatience = 1s;
constexpr auto kPartingPatience = 200ms;

bool IsFile(int descriptor) {
  struct stat about {};
  return ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

/// Waits until something can be written; false: `stop` became readable first.
bool AwaitRoom(int descriptor, int stop) {
  pollfd polled[] = {{descriptor, POLLOUT, 0}, {stop, POLLIN, 0}};
  while (::poll(polled, stop < 0 ? 1 : 2, -1) < 0 && errno == EINTR) {
  }
  return polled[0].revents != 0 || polled[1].revents == 0;
}

std::uint64_t LinesIn(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

struct LogWriter::State {
  State(int out, std::function<std::string(std::uint64_t)> describe_left_out)
      : descriptor(out),
        file(IsFile(out)),
        stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        describe(std::move(describe_left_out)) {}
  ~State() { ::close(stop_event); }

  void Run();
  /// What could not be written.
  std::string_view Write(std::string_view text) const;

  const int descriptor;
  /// A write to it never waits for a reader.
  const bool file;
  /// Readable: give up writing.
  const int stop_event;
  const std::function<std::string(std::uint64_t)> describe;

  std::mutex mutex;
  std::condition_variable changed;
  std::condition_variable written;
  std::thread thread;
  // Guarded by mutex:
  std::string waiting;
  std::uint64_t left_out = 0;
  /// Bytes ever added, and those of them that have been written or given up.
  std::uint64_t added = 0;
  std::uint64_t done = 0;
  bool hurry = false;
  bool stopping = false;
  bool ended = false;
  /// Between taking lines and having written them.
  std::atomic<bool> writing = false;
};

std::string_view LogWriter::State::Write(std::string_view text) const {
  while (!text.empty()) {
    if (!file && !AwaitRoom(descriptor, stop_event)) return text;
    // A pipe that poll(2) calls writable takes PIPE_BUF bytes without waiting, and maybe no more.
    const std::size_t piece = file ? text.size() : std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t count = ::write(descriptor, text.data(), piece);
    if (count > 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (count < 0 && errno != EINTR && errno != EAGAIN) {
      return text;
    }
  }
  return text;
}

void LogWriter::State::Run() {
  std::string taken;
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] { return !waiting.empty() || stopping; });
    if (waiting.empty()) break;
    changed.wait_for(lock, kDelay, [&] { return hurry || stopping; });
    hurry = false;
    writing = true;
    taken.clear();
    taken.swap(waiting);
    const std::uint64_t size = taken.size();
    if (left_out > 0) taken += describe(std::exchange(left_out, 0));
    lock.unlock();
    const std::uint64_t lost = LinesIn(Write(taken));
    if (taken.capacity() > 4 * kEnough) taken = {};
    lock.lock();
    writing = false;
    left_out += lost;
    done += size;
    written.notify_all();
  }
  ended = true;
  written.notify_all();
}

LogWriter::LogWriter(int descriptor, std::function<std::string(std::uint64_t lines)> left_out)
    : state_(std::make_shared<State>(descriptor, std::move(left_out))) {}

LogWriter::~LogWriter() {
  Flush(kLastPatience);
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (!state.thread.joinable()) return;
  state.stopping = true;
  state.changed.notify_all();
  ::eventfd_write(state.stop_event, 1);
  const bool ended = state.written.wait_for(lock, kPartingPatience, [&] { return state.ended; });
  std::thread thread = std::move(state.thread);
  lock.unlock();
  // It hangs in a write that nobody reads: another process has filled the pipe between poll and write.
  if (ended) {
    thread.join();
  } else {
    thread.detach();
  }
}

void LogWriter::Add(std::string_view line, When when) {
  State& state = *state_;
  const bool now = when == When::kNow;
  const std::scoped_lock lock(state.mutex);
  if (state.waiting.size() + line.size() > kMaxWaiting + (now ? kReserve : 0)) {
    ++state.left_out;
    return;
  }
  const bool first = state.waiting.empty();
  state.waiting.append(line);
  state.added += line.size();
  if (!state.thread.joinable()) state.thread = std::thread([shared = state_] { shared->Run(); });
  const bool hurry = !state.hurry && (now || state.waiting.size() >= kEnough);
  state.hurry = state.hurry || hurry;
  if (first || hurry) state.changed.notify_one();
}

bool LogWriter::Flush(std::chrono::milliseconds patience) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  const std::uint64_t wanted = state.added;
  state.hurry = true;
  state.changed.notify_one();
  const bool done = state.written.wait_for(lock, patience, [&] { return state.done >= wanted; });
  if (state.waiting.empty()) state.hurry = false;
  return done;
}

void LogWriter::WriteRest() noexcept {
  State& state = *state_;
  constexpr int kTries = 50;
  const timespec pause{0, 1'000'000};
  // The lock may belong to the thread that died.
  bool locked = state.mutex.try_lock();
  for (int i = 0; i < kTries && !locked; ++i) {
    ::nanosleep(&pause, nullptr);
    locked = state.mutex.try_lock();
  }
  if (!locked) return;
  for (int i = 0; i < kTries && state.writing; ++i) ::nanosleep(&pause, nullptr);
  std::string_view rest = state.waiting;
  while (!rest.empty()) {
    pollfd polled{state.descriptor, POLLOUT, 0};
    if (!state.file && ::poll(&polled, 1, 0) != 1) break;
    const ssize_t count =
        ::write(state.descriptor, rest.data(), state.file ? rest.size() : std::min<std::size_t>(rest.size(), PIPE_BUF));
    if (count <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  // The lock is kept: nobody is to write the same lines again.
}

}  // namespace stratolite::daemon
