#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace stratolite::storage {

class Connection;

/// Copies the write-ahead log back into the database on a thread of its own, so that no caller waits for the fsyncs. The thread is
/// started by the first log that grew long and sleeps in between. Thread-safe.
class Checkpointer {
 public:
  /// `exclusively` runs a function while no write transaction is open.
  Checkpointer(std::filesystem::path file, std::function<void(const std::function<void()>&)> exclusively);
  ~Checkpointer();

  /// Called after every commit with the log's length. Does not block.
  void LogGrewTo(int frames);
  /// Blocks until a checkpoint in progress ended.
  void Stop();

 private:
  void Run();
  void CheckpointNow(bool hold_writers);

  const std::filesystem::path file_;
  const std::function<void(const std::function<void()>&)> exclusively_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
  /// The thread's.
  std::unique_ptr<Connection> connection_;
  bool wanted_ = false;
  bool stop_ = false;
  /// The log's length when last told, and when it was last copied.
  int frames_ = 0;
  int copied_ = 0;
};

}  // namespace stratolite::storage
