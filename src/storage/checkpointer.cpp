#include "storage/checkpointer.hpp"

#include <spdlog/spdlog.h>

#include "storage/connection.hpp"

namespace stratolite::storage {
namespace {

// In frames, of a page each. Every so many new ones are copied beside the writers. The log can only begin anew when everything in it is
// copied, which under ceaseless writing never happens by itself: at some length the writers are held for the last stretch.
constexpr int kCopyFrames = 16'000;
constexpr int kHoldWritersFrames = 64'000;

}  // namespace

Checkpointer::Checkpointer(std::filesystem::path file, std::function<void(const std::function<void()>&)> exclusively)
    : file_(std::move(file)), exclusively_(std::move(exclusively)) {}

Checkpointer::~Checkpointer() { Stop(); }

void Checkpointer::LogGrewTo(int frames) {
  if (frames < kCopyFrames) return;
  const std::scoped_lock lock(mutex_);
  frames_ = frames;
  if (frames < copied_) copied_ = 0;  // the log began anew
  if (wanted_ || stop_ || frames - copied_ < kCopyFrames) return;
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
  connection_.reset();
}

void Checkpointer::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return wanted_ || stop_; });
    if (stop_) return;
    const bool hold_writers = frames_ >= kHoldWritersFrames;
    copied_ = frames_;
    lock.unlock();
    try {
      CheckpointNow(hold_writers);
    } catch (const StorageError& error) {
      // Nothing is lost: the log holds it all, and the next commit asks again.
      spdlog::warn("the log of the store could not be copied back, it goes on growing: {}", error.what());
    }
    lock.lock();
    wanted_ = false;
  }
}

void Checkpointer::CheckpointNow(bool hold_writers) {
  if (!connection_) {
    connection_ = std::make_unique<Connection>(file_, Connection::Mode::kReadWrite);
    // Before its first read a connection does not know that there is a log, and a checkpoint does nothing.
    connection_->QueryInt("PRAGMA schema_version");
  }
  const std::function<void()> copy = [this] {
    const int code =
        sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) connection_->Fail(code, "checkpoint");
  };
  copy();
  if (hold_writers) exclusively_(copy);
}

}  // namespace stratolite::storage
