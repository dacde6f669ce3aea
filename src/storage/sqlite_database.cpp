#include "storage/sqlite_database.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "storage/disk_room.hpp"
#include "storage/state_file.hpp"
#include "storage/state_file_copy.hpp"
#include "storage/state_log.hpp"
#include "storage/unsynced_mark.hpp"
#include "stratolite/storage/disk_full.hpp"

namespace stratolite::storage {
namespace {

constexpr std::string_view kSchemaTable = "stratolite_schema";
/// With more than this beyond what is needed the disk is looked at once in so many batches only: they cannot fill it meanwhile.
constexpr std::int64_t kPlentyBytes = 1024 * 1024 * 1024;
constexpr int kLooksAway = 64;
/// Pages.
constexpr std::int64_t kSmallGrowth = 3;
constexpr std::int64_t kGrowthOfShrinking = 16;
/// On a full disk the log is emptied when it is longer.
constexpr int kTightFrames = 128;

/// SQLite's settings for the whole process, made before its first use.
void ConfigureSqlite() {
  [[maybe_unused]] static const int configured = [] {
    // Statistics take a process-wide mutex at every allocation.
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  }();
}

PageCounts CountPages(Connection& connection) {
  const std::int64_t all = connection.QueryInt("PRAGMA page_count");
  return {all, all - connection.QueryInt("PRAGMA freelist_count")};
}

std::string Quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

}  // namespace

std::unique_ptr<Database> Database::Open(const OpenOptions& options) {
  ConfigureSqlite();
  const bool ephemeral = options.directory.empty();
  return std::make_unique<SqliteDatabase>(
      ephemeral ? DataDirectory::HoldEphemeral() : DataDirectory::Hold(options.directory), options.durability);
}

SqliteDatabase::SqliteDatabase(DataDirectory directory, Durability durability)
    : directory_(std::move(directory)),
      file_(directory_.path() / "state.db"),
      durability_(durability),
      queue_([this](WriteQueue::Batch batch) { RunBatch(batch); }),
      checkpointer_(file_, [this](const std::function<void()>& action) { RunAlone(action); }) {
  if (!directory_.ephemeral()) SettleUnsynced(file_, durability_ == Durability::kPower);
  // What is there is looked at now, so that damage stops the start and not a later request; a new file can wait.
  if (!StateFileExists(file_)) return;
  if (!directory_.ephemeral()) RefuseDamagedLog(file_);
  EnsureOpen();
}

SqliteDatabase::~SqliteDatabase() { checkpointer_.Stop(); }

void SqliteDatabase::EnsureOpen() {
  if (open_.load(std::memory_order_acquire)) return;
  const std::scoped_lock lock(open_mutex_);
  if (open_.load(std::memory_order_relaxed)) return;
  if (!StateFileExists(file_)) CreateStateFile(file_, durability_ == Durability::kPower && !directory_.ephemeral());
  writer_ = OpenWriter();
  open_.store(true, std::memory_order_release);
}

const char* SqliteDatabase::Synchronous() const {
  if (directory_.ephemeral()) return "OFF";
  return durability_ == Durability::kPower ? "FULL" : "NORMAL";
}

std::unique_ptr<Connection> SqliteDatabase::OpenWriter() const {
  std::error_code ignored;
  const bool log_left = std::filesystem::exists(std::filesystem::path(file_) += "-wal", ignored);
  auto writer = std::make_unique<Connection>(file_, Connection::Mode::kReadWrite);
  // NORMAL makes the first commit to a new log wait for an fsync of its header, which guards against frames left in a log of before:
  // where there was none, and a power cut may cost the last commits anyway, nobody needs to wait.
  const bool lazily = directory_.ephemeral() || (durability_ == Durability::kProcess && !log_left);
  // Debian builds SQLite such that whatever is deleted is overwritten: emptying a queue would write all of it into the log once more, and find no room on
  // a full disk.
  writer->ExecuteScript(std::string("PRAGMA synchronous = ") + (lazily ? "OFF" : Synchronous()) +
                        "; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = OFF");
  // Reads the schema: the first touch of the file, which also replays the log of a killed process.
  writer->QueryInt("SELECT count(*) FROM stratolite_schema");
  sqlite3_wal_hook(
      writer->handle(),
      [](void* self, sqlite3*, const char*, int frames) {
        auto* const database = static_cast<SqliteDatabase*>(self);
        database->log_frames_ = frames;
        database->checkpointer_.LogGrewTo(frames);
        return SQLITE_OK;
      },
      const_cast<SqliteDatabase*>(this));
  return writer;
}

std::unique_ptr<Connection> SqliteDatabase::TakeReader() {
  {
    const std::scoped_lock lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  return std::make_unique<Connection>(file_, Connection::Mode::kReadOnly);
}

void SqliteDatabase::ReadImpl(const std::function<void(Reader&)>& body) {
  // The rows that the transaction has changed are invisible here, so that whoever tries has a bug.
  if (queue_.InBatch()) throw std::logic_error("Read within a transaction: use its Txn");
  EnsureOpen();
  auto connection = TakeReader();
  connection->Execute("BEGIN");
  try {
    Reader reader(*connection);
    body(reader);
  } catch (...) {
    if (connection->in_transaction()) connection->Execute("ROLLBACK");
    const std::scoped_lock lock(readers_mutex_);
    idle_readers_.push_back(std::move(connection));
    throw;
  }
  connection->Execute("COMMIT");
  const std::scoped_lock lock(readers_mutex_);
  idle_readers_.push_back(std::move(connection));
}

void SqliteDatabase::TransactImpl(const std::function<bool(Txn&)>& body) {
  // It would wait for the batch that it is part of.
  if (queue_.InBatch()) throw std::logic_error("Transact within a transaction: use its Txn");
  WriteQueue::Request request;
  request.body = &body;
  queue_.Submit(request);
  if (request.error) std::rethrow_exception(request.error);
  if (!request.kept) return;
  for (const auto& action : request.on_commit) action();
}

void SqliteDatabase::RunAlone(const std::function<void()>& action) {
  WriteQueue::Request request;
  request.alone = &action;
  queue_.Submit(request);
  if (request.error) std::rethrow_exception(request.error);
}

void SqliteDatabase::RunBatch(WriteQueue::Batch batch) {
  std::vector<WriteQueue::Request*> bodies;
  bodies.reserve(batch.size());
  for (WriteQueue::Request* request : batch) {
    if (request->body != nullptr) bodies.push_back(request);
  }
  if (!bodies.empty()) CommitTogether(bodies);
  for (WriteQueue::Request* request : batch) {
    if (request->alone == nullptr) continue;
    try {
      (*request->alone)();
    } catch (...) {
      request->error = std::current_exception();
    }
  }
}

void SqliteDatabase::CommitTogether(std::span<WriteQueue::Request* const> batch) {
  try {
    EnsureOpen();
    const bool tight = IsTight();
    writer_->Execute("BEGIN IMMEDIATE");
    bool any_kept = false;
    for (WriteQueue::Request* request : batch) {
      RunBody(*request, batch.size() > 1 || tight, tight);
      any_kept = any_kept || request->kept;
    }
    writer_->Execute(any_kept ? "COMMIT" : "ROLLBACK");
    if (any_kept && sqlite3_total_changes64(writer_->handle()) > 0) SyncAsConfigured();
  } catch (...) {
    looks_away_ = 0;
    // The disk failed them all: also those whose answer was an error, for it may rest on changes of the others.
    Rollback();
    for (WriteQueue::Request* request : batch) request->error = std::current_exception();
  }
}

/// Whether a change may stay on a full disk: none that makes the file longer, but for the few pages that hiding a received message or noting a deletion can take.
bool SqliteDatabase::MayStay(const PageCounts& before, const PageCounts& after) const {
  const std::int64_t growth = after.all - before.all;
  if (growth <= 0) return true;
  const bool shrinks = after.used < before.used;
  return growth <= (shrinks ? kGrowthOfShrinking : kSmallGrowth) && HasRoomToShrink(file_);
}

bool SqliteDatabase::IsTight() {
  if (looks_away_ > 0) {
    --looks_away_;
    return false;
  }
  // What is in the log has to find room in the file.
  const auto free = [this] { return FreeBytes(file_) - std::int64_t{log_frames_} * kPageSize; };
  if (free() >= 0) {
    if (std::exchange(tight_, false)) spdlog::info("there is room on the disk of {} again", file_.string());
    looks_away_ = free() > kPlentyBytes ? kLooksAway : 0;
    return false;
  }
  if (log_frames_ > (tight_ ? kTightFrames : 0)) EmptyLog();
  if (free() >= 0) return false;
  if (!std::exchange(tight_, true)) {
    spdlog::error("the disk of {} is full: until there is room only what takes none is done, such as deleting",
                  file_.string());
  }
  return true;
}

void SqliteDatabase::EmptyLog() {
  try {
    SyncAsConfigured();
    sqlite3_busy_timeout(writer_->handle(), 0);
    if (checkpointer_.EmptyLog(*writer_)) log_frames_ = 0;
  } catch (const StorageError& error) {
    spdlog::warn("the log of the store could not be copied back: {}", error.what());
  }
  sqlite3_busy_timeout(writer_->handle(), Connection::kBusyTimeoutMs);
}

void SqliteDatabase::SyncAsConfigured() {
  if (committed_) return;
  writer_->ExecuteScript(std::string("PRAGMA synchronous = ") + Synchronous());
  committed_ = true;
}

void SqliteDatabase::RunBody(WriteQueue::Request& request, bool in_savepoint, bool tight) {
  if (in_savepoint) writer_->Execute("SAVEPOINT one");
  const PageCounts before = tight ? CountPages(*writer_) : PageCounts();
  try {
    Txn txn(*writer_, request.on_commit);
    request.kept = (*request.body)(txn);
    if (tight && request.kept && !MayStay(before, CountPages(*writer_))) {
      throw DiskFull("the disk of " + file_.string() + " is full. Make room on the disk");
    }
  } catch (...) {
    // SQLite itself ended the transaction, and with it everybody's changes.
    if (!writer_->in_transaction()) throw;
    request.error = std::current_exception();
    request.kept = false;
  }
  if (!in_savepoint) return;
  if (!request.kept) writer_->Execute("ROLLBACK TO one");
  writer_->Execute("RELEASE one");
}

void SqliteDatabase::Rollback() {
  if (!writer_ || !writer_->in_transaction()) return;
  try {
    writer_->Execute("ROLLBACK");
  } catch (const StorageError&) {
    // A connection that cannot even roll back is of no use; the next transaction opens another.
    const std::scoped_lock lock(open_mutex_);
    writer_.reset();
    committed_ = false;
    open_.store(false, std::memory_order_release);
  }
}

void SqliteDatabase::Migrate(const Migrations& migrations) {
  {
    const std::scoped_lock lock(migrated_mutex_);
    const auto found = migrated_.find(migrations.owner);
    if (found != migrated_.end() && found->second.size() == migrations.steps.size()) return;
  }
  Transact([&](Txn& txn) {
    const auto version = static_cast<std::size_t>(
        txn.QueryInt("SELECT version FROM stratolite_schema WHERE owner = ?", {migrations.owner}));
    if (version > migrations.steps.size()) {
      throw StorageError(file_.string() + " holds tables of " + std::string(migrations.owner) + " in version " +
                         std::to_string(version) + ", this version knows " + std::to_string(migrations.steps.size()) +
                         ": use the newer version of Stratolite that wrote them, or another data directory");
    }
    if (version == migrations.steps.size()) return;
    for (std::size_t step = version; step < migrations.steps.size(); ++step) {
      writer_->ExecuteScript(std::string(migrations.steps[step]));
    }
    txn.Run(
        "INSERT INTO stratolite_schema (owner, version) VALUES (?, ?)"
        " ON CONFLICT (owner) DO UPDATE SET version = excluded.version",
        {migrations.owner, migrations.steps.size()});
  });
  const std::scoped_lock lock(migrated_mutex_);
  migrated_.insert_or_assign(std::string(migrations.owner), migrations.steps);
}

bool SqliteDatabase::Exists() const { return open_.load(std::memory_order_acquire) || StateFileExists(file_); }

void SqliteDatabase::Clear(const std::function<void(Txn&)>& first) {
  // Never used: there is nothing, and no reason to make it.
  if (!Exists()) return;
  Transact([&](Txn& txn) {
    if (first) first(txn);
    ClearTables(*writer_);
  });
}

void SqliteDatabase::CopyTo(const std::filesystem::path& directory) {
  if (!Exists()) return;
  StateFileCopy copy(file_, directory / "state.db");
  const Checkpointer::Progress before = checkpointer_.progress();
  copy.CopyMost(!before.log_is_copied);
  RunAlone([&] {
    const Checkpointer::Progress now = checkpointer_.progress();
    const bool file_is_same = before.checkpoints % 2 == 0 && now.checkpoints == before.checkpoints;
    copy.CopyRest(file_is_same, !before.log_is_copied || now.commits != before.commits);
  });
  copy.Finish(durability_ == Durability::kPower && !directory_.ephemeral());
}

void SqliteDatabase::ReplaceBy(const std::filesystem::path& directory) {
  {
    const auto other = Database::Open({directory, durability_});
    other->Transact([](Txn&) {});
    const std::scoped_lock lock(migrated_mutex_);
    for (const auto& [owner, steps] : migrated_) other->Migrate({owner, steps});
  }
  RunAlone([&] {
    EnsureOpen();
    const Connection from(directory / "state.db", Connection::Mode::kReadWrite);
    // All pages in one transaction. https://www.sqlite.org/c3ref/backup_finish.html
    // It counts as no change, so that nothing would turn this on before the log is copied back.
    SyncAsConfigured();
    sqlite3_backup* const backup = sqlite3_backup_init(writer_->handle(), "main", from.handle(), "main");
    if (backup == nullptr) writer_->Fail(sqlite3_errcode(writer_->handle()), "replace");
    const int code = sqlite3_backup_step(backup, -1);
    const int pages = sqlite3_backup_pagecount(backup);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) writer_->Fail(code, "replace");
    // It calls no hook.
    checkpointer_.LogGrewTo(pages);
  });
  // Once more here: an owner may have come meanwhile.
  std::map<std::string, std::span<const std::string_view>, std::less<>> owners;
  {
    const std::scoped_lock lock(migrated_mutex_);
    owners.swap(migrated_);
  }
  for (const auto& [owner, steps] : owners) Migrate({owner, steps});
}

bool SqliteDatabase::Rest() {
  std::vector<std::unique_ptr<Connection>> readers;
  {
    const std::scoped_lock lock(readers_mutex_);
    readers.swap(idle_readers_);
  }
  if (readers.empty() && !open_.load(std::memory_order_acquire)) return false;
  readers.clear();
  RunAlone([this] {
    const std::scoped_lock lock(open_mutex_);
    open_.store(false, std::memory_order_release);
    writer_.reset();
    committed_ = false;
    log_frames_ = 0;
  });
  return true;
}

void SqliteDatabase::ClearTables(Connection& connection) {
  std::vector<std::string> tables;
  {
    auto use = connection.Prepare("SELECT name FROM sqlite_master WHERE type = 'table'", {});
    while (use.Step()) {
      const std::string_view name = Row(use.handle()).TextView(0);
      if (name != kSchemaTable && (!name.starts_with("sqlite_") || name == "sqlite_sequence"))
        tables.emplace_back(name);
    }
  }
  for (const std::string& table : tables) {
    // A DELETE would write a page even where there is nothing.
    if (connection.QueryInt("SELECT EXISTS (SELECT 1 FROM " + Quoted(table) + ")") != 0) {
      connection.Execute("DELETE FROM " + Quoted(table));
    }
  }
}

}  // namespace stratolite::storage
