#include "storage/checkpointer.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "storage/connection.hpp"
#include "storage/unsynced_mark.hpp"

namespace stratolite::storage {
namespace {

// In frames, of a page each. Every so many new ones are copied beside the writers. The log can only begin anew when everything in it is
// copied, which under ceaseless writing never happens by itself: at some length the writers are held for the last stretch.
constexpr int kCopyFrames = 16'000;
constexpr int kHoldWritersFrames = 64'000;
// A shorter log is not worth a thread: whoever opens or copies the database reads it in no time.
constexpr int kWorthCopyingFrames = 1'000;
constexpr std::chrono::milliseconds kPause(100);

}  // namespace

Checkpointer::Checkpointer(std::filesystem::path file, std::function<void(const std::function<void()>&)> exclusively)
    : file_(std::move(file)), exclusively_(std::move(exclusively)) {}

Checkpointer::~Checkpointer() { Stop(); }

void Checkpointer::LogGrewTo(int frames) {
  commits_.fetch_add(1, std::memory_order_release);
  if (frames < kWorthCopyingFrames) return;
  const std::scoped_lock lock(mutex_);
  frames_ = frames;
  if (frames < copied_) copied_ = 0;  // the log began anew
  if (stop_) return;
  if (!running_) {
    if (thread_.joinable()) thread_.join();
    running_ = true;
    thread_ = std::thread([this] { Run(); });
  }
  if (wanted_ || frames - copied_ < kCopyFrames) return;
  wanted_ = true;
  wake_.notify_one();
}

Checkpointer::Progress Checkpointer::progress() const {
  Progress now;
  now.checkpoints = checkpoints_.load(std::memory_order_acquire);
  now.commits = commits_.load(std::memory_order_acquire);
  now.log_is_copied = copied_commits_.load(std::memory_order_acquire) == now.commits;
  return now;
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
  while (!stop_) {
    const std::uint64_t seen = commits_.load(std::memory_order_acquire);
    wake_.wait_for(lock, kPause, [this] { return wanted_ || stop_; });
    if (stop_) break;
    const bool paused = !wanted_ && commits_.load(std::memory_order_acquire) == seen;
    if (!wanted_ && !paused) continue;
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
    if (paused) break;
  }
  connection_.reset();
  running_ = false;
}

bool Checkpointer::EmptyLog(const Connection& connection) {
  const std::uint64_t commits = commits_.load(std::memory_order_acquire);
  checkpoints_.fetch_add(1, std::memory_order_acq_rel);
  const int code =
      sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  checkpoints_.fetch_add(1, std::memory_order_acq_rel);
  if ((code & 0xFF) == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) connection.Fail(code, "checkpoint");
  copied_commits_.store(commits, std::memory_order_release);
  return true;
}

void Checkpointer::CheckpointNow(bool hold_writers) {
  if (!connection_) {
    connection_ = std::make_unique<Connection>(file_, Connection::Mode::kReadWrite);
    // SQLite does this on behalf of the connection that made the log, which with the default durability never syncs it: pages must not reach the file
    // before the log that they come from has its name.
    SyncDirectory(file_.parent_path());
    // Before its first read a connection does not know that there is a log, and a checkpoint does nothing.
    connection_->QueryInt("PRAGMA schema_version");
  }
  const std::function<void()> copy = [this] {
    const std::uint64_t commits = commits_.load(std::memory_order_acquire);
    int in_log = 0;
    int copied = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) connection_->Fail(code, "checkpoint");
    if (code == SQLITE_OK && in_log == copied && in_log > 0) RemoveUnsyncedMark(file_);
    if (code == SQLITE_OK && in_log == copied) copied_commits_.store(commits, std::memory_order_release);
  };
  checkpoints_.fetch_add(1, std::memory_order_acq_rel);
  const struct Ended {
    std::atomic<std::uint64_t>& count;
    ~Ended() { count.fetch_add(1, std::memory_order_acq_rel); }
  } ended{checkpoints_};
  copy();
  if (hold_writers) exclusively_(copy);
}

}  // namespace stratolite::storage
