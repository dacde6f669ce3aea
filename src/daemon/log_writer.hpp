#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stratolite::daemon {

/// Log lines on their way to a descriptor. One thread writes, many lines at once: some fifty milliseconds after the first of them, or when 64 KiB wait. It
/// exists once there is a line and sleeps while there is none. Nobody who adds a line ever waits for the descriptor: when its reader is too slow and a
/// mebibyte waits, further lines are left out and counted, and a line says how many there were.
///
/// What was added in the last fifty milliseconds before a `kill -9` is lost; Flush, and WriteRest after a crash, are for all other ends. Thread-safe.
class LogWriter {
 public:
  enum class When { kSoon, kNow };

  /// `left_out`: the line that says how many lines are missing. The descriptor stays the caller's.
  LogWriter(int descriptor, std::function<std::string(std::uint64_t lines)> left_out);
  /// Flushes, for a second at most.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// `line` ends in a newline. kNow: without delay, for what somebody should see at once.
  void Add(std::string_view line, When when);
  /// Returns when what was added before was written; false when that took longer than `patience`. Blocks.
  bool Flush(std::chrono::milliseconds patience);
  /// From a signal handler, before the process dies: writes what still waits, unless the descriptor would make it wait.
  void WriteRest() noexcept;

 private:
  struct State;
  /// Shared with the thread: when the descriptor cannot be written to, not even to its end, it is left behind.
  const std::shared_ptr<State> state_;
};

}  // namespace stratolite::daemon
