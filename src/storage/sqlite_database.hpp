#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "storage/checkpointer.hpp"
#include "storage/connection.hpp"
#include "storage/data_directory.hpp"
#include "storage/write_queue.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

/// Of a database file: how many there are, and how many hold something.
struct PageCounts {
  std::int64_t all = 0;
  std::int64_t used = 0;
};

/// The Database over one SQLite file: one writing connection that the write queue's leader uses, and as many reading ones as there ever
/// were reads at the same time. Thread-safe. Blocks.
class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(DataDirectory directory, Durability durability);
  ~SqliteDatabase() override;

  void Migrate(const Migrations& migrations) override;
  void Clear(const std::function<void(Txn&)>& first) override;
  bool Exists() const override;
  void CopyTo(const std::filesystem::path& directory) override;
  void ReplaceBy(const std::filesystem::path& directory) override;
  bool Rest() override;
  const std::filesystem::path& directory() const override { return directory_.path(); }

 private:
  void TransactImpl(const std::function<bool(Txn&)>& body) override;
  void ReadImpl(const std::function<void(Reader&)>& body) override;

  /// Opens the writer, creating the file first if need be.
  void EnsureOpen();
  std::unique_ptr<Connection> OpenWriter() const;
  /// What SQLite calls the configured durability.
  const char* Synchronous() const;
  std::unique_ptr<Connection> TakeReader();

  /// Runs `action` while no write transaction is open.
  void RunAlone(const std::function<void()>& action);
  void RunBatch(WriteQueue::Batch batch);
  void CommitTogether(std::span<WriteQueue::Request* const> batch);
  /// Runs one body, within its own savepoint unless it is alone in its transaction. `tight`: undone when it makes the file longer.
  void RunBody(WriteQueue::Request& request, bool in_savepoint, bool tight);
  void Rollback();
  /// Whether the disk is so full that a batch may only take what the file holds already. The write queue leader's.
  bool IsTight();
  void EmptyLog();
  bool MayStay(const PageCounts& before, const PageCounts& after) const;
  /// From the first commit on.
  void SyncAsConfigured();
  void ClearTables(Connection& connection);

  const DataDirectory directory_;
  const std::filesystem::path file_;
  const Durability durability_;

  std::mutex open_mutex_;
  std::atomic<bool> open_ = false;
  std::unique_ptr<Connection> writer_;
  /// Whether `writer_` has committed a change yet. The write queue leader's.
  bool committed_ = false;

  /// Frames in the log after the last commit, whether the disk was found full, and how many batches may pass until it is looked at again.
  int log_frames_ = 0;
  bool tight_ = false;
  int looks_away_ = 0;

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_readers_;

  std::mutex migrated_mutex_;
  /// Owners whose tables were brought up to date by this object, and by which steps.
  std::map<std::string, std::span<const std::string_view>, std::less<>> migrated_;

  WriteQueue queue_;
  Checkpointer checkpointer_;
};

}  // namespace stratolite::storage
