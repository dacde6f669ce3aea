#include "storage/checkpointer.hpp"

#include <spdlog/spdlog.h>

#include "storage/connection.hpp"

namespace stratolite::storage {
namespace {

// Frames of 4 KiB. From the first length on the log is copied beside the writers. It can only begin anew when everything in it is
// copied, which under ceaseless writing never happens by itself: from the second on the writers are held for the last stretch.
constexpr int kCopyFrames = 2'000;
constexpr int kHoldWritersFrames = 16'000;

}  // namespace

void Checkpointer::LogGrewTo(int frames) {
  if (frames < kCopyFrames) return;
  const std::scoped_lock lock(mutex_);
  frames_ = frames;
  if (wanted_ || stop_) return;
  wanted_ = true;
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  wake_.notify_one();
}

void Checkpointer::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return wanted_ || stop_; });
    if (stop_) return;
    const bool stop_writers = frames_ >= kHoldWritersFrames;
    lock.unlock();
    try {
      CheckpointNow(stop_writers);
    } catch (const StorageError& error) {
      // Nothing is lost: the log holds it all, and the next commit asks again.
      spdlog::warn("the log of the store could not be copied back, it goes on growing: {}", error.what());
    }
    lock.lock();
    wanted_ = false;
  }
}

void Checkpointer::CheckpointNow(bool stop_writers) {
  Connection connection(file_, Connection::Mode::kReadWrite);
  const std::function<void()> copy = [&] {
    const int code = sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) connection.Fail(code, "checkpoint");
  };
  copy();
  if (stop_writers) exclusively_(copy);
}

}  // namespace stratolite::storage
