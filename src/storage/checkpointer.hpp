#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace stratolite::storage {

class Connection;

/// Copies the write-ahead log back into the database on a thread of its own, so that no caller waits for the fsyncs: when the log grew long, and when
/// writing paused. The thread is started by a log that is worth it and ends with the pause. Thread-safe.
class Checkpointer {
 public:
  /// `exclusively` runs a function while no write transaction is open.
  Checkpointer(std::filesystem::path file, std::function<void(const std::function<void()>&)> exclusively);
  ~Checkpointer();

  /// Called after every commit with the log's length. Does not block.
  void LogGrewTo(int frames);
  /// Blocks until a checkpoint in progress ended.
  void Stop();
  /// Copies all of the log back and empties it, on a connection that nobody else uses now; false: somebody reads from it, or copies it already.
  /// Throws StorageError.
  bool EmptyLog(const Connection& connection);

  /// What copiers of the file want to know, at one moment. Of two of these that are the same no commit and no checkpoint lies between.
  struct Progress {
    std::uint64_t commits = 0;
    /// Odd: one is running.
    std::uint64_t checkpoints = 0;
    /// Everything that was committed is in the file itself.
    bool log_is_copied = false;
  };
  Progress progress() const;

 private:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  void Run();
  void CheckpointNow(bool hold_writers);

  const std::filesystem::path file_;
  const std::function<void(const std::function<void()>&)> exclusively_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
  /// The thread's.
  std::unique_ptr<Connection> connection_;
  bool running_ = false;
  bool wanted_ = false;
  bool stop_ = false;
  /// The log's length when last told, and when it was last copied.
  int frames_ = 0;
  int copied_ = 0;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> checkpoints_ = 0;
  /// `commits_` when everything was copied; of a log that was found at the start nobody knows.
  std::atomic<std::uint64_t> copied_commits_ = kNever;
};

}  // namespace stratolite::storage
