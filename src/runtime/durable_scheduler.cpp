#include "runtime/durable_scheduler.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <exception>

#include "stratolite/storage/database.hpp"

namespace stratolite::runtime {
namespace {

constexpr std::array<std::string_view, 1> kSteps = {
    "CREATE TABLE scheduler_task ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT NOT NULL,"
    " task_key TEXT NOT NULL,"
    " due BIGINT NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " payload TEXT NOT NULL,"
    " UNIQUE (kind, task_key));"
    "CREATE INDEX scheduler_task_due ON scheduler_task (due, id);",
};

constexpr int kLongestBackOffSeconds = 60;
constexpr Duration kPauseAfterFailure = std::chrono::seconds(1);

}  // namespace

struct DurableScheduler::Row {
  std::int64_t id;
  std::string kind;
  std::int64_t attempts;
  DueTask task;
};

DurableScheduler::DurableScheduler(storage::Database& db, Clock& clock, Timers& timers)
    : db_(db), clock_(clock), timers_(timers) {}

void DurableScheduler::Migrate() {
  migrated_.Run([this] { db_.Migrate({"scheduler", kSteps}); });
}

void DurableScheduler::Register(std::string kind, Handler handler) {
  Migrate();
  {
    const std::scoped_lock lock(mutex_);
    handlers_.insert_or_assign(std::move(kind), std::move(handler));
  }
  Refresh();
}

void DurableScheduler::Refresh() {
  Migrate();
  const auto earliest = db_.Read([](storage::Reader& reader) {
    return reader.QueryOne("SELECT due FROM scheduler_task ORDER BY due, id LIMIT 1", {},
                           [](const storage::Row& row) { return row.Time(0); });
  });
  if (earliest) Arm(*earliest);
}

void DurableScheduler::Schedule(storage::Txn& txn, std::string_view kind, const DueTask& task) {
  Cancel(txn, kind, task.key);
  txn.Run("INSERT INTO scheduler_task (kind, task_key, due, attempts, payload) VALUES (?, ?, ?, 0, ?)",
          {kind, task.key, task.due, task.payload});
  txn.OnCommit([this, due = task.due] { Arm(due); });
}

void DurableScheduler::Cancel(storage::Txn& txn, std::string_view kind, std::string_view key) {
  txn.Run("DELETE FROM scheduler_task WHERE kind = ? AND task_key = ?", {kind, key});
}

std::vector<std::string> DurableScheduler::PendingKinds() {
  Migrate();
  std::vector<std::string> kinds;
  db_.Read([&](storage::Reader& reader) {
    reader.Query("SELECT DISTINCT kind FROM scheduler_task", {},
                 [&](const storage::Row& row) { kinds.push_back(row.Text(0)); });
  });
  return kinds;
}

void DurableScheduler::Arm(TimePoint due) {
  const std::scoped_lock lock(mutex_);
  if (armed_ && armed_->due <= due) return;
  if (armed_) timers_.Cancel(armed_->id);
  armed_ = Armed{due, timers_.At(due, [this] { OnTimer(); })};
}

void DurableScheduler::OnTimer() {
  {
    const std::scoped_lock lock(mutex_);
    armed_.reset();
  }
  try {
    RunDue();
  } catch (const std::exception& error) {
    spdlog::error("due tasks could not be run and will be tried again: {}", error.what());
    timers_.AfterRealTime(kPauseAfterFailure, [this] { OnTimer(); });
  }
}

void DurableScheduler::RunDue() {
  const std::scoped_lock running(running_);
  while (const auto row = NextDueRow()) RunRow(*row);
}

std::optional<DurableScheduler::Row> DurableScheduler::NextDueRow() {
  const TimePoint now = clock_.Now();
  std::optional<Row> next;
  std::optional<TimePoint> later;
  db_.Read([&](storage::Reader& reader) {
    reader.Query("SELECT id, kind, task_key, due, attempts, payload FROM scheduler_task ORDER BY due, id", {},
                 [&](const storage::Row& row) {
                   if (row.Time(3) > now) return later.emplace(row.Time(3)), false;
                   if (!FindHandler(row.TextView(1))) return true;
                   next.emplace(Row{row.Int(0), row.Text(1), row.Int(4), {row.Text(2), row.Time(3), row.Text(5)}});
                   return false;
                 });
  });
  if (!next && later) Arm(*later);
  return next;
}

void DurableScheduler::RunRow(const Row& row) {
  const auto handler = FindHandler(row.kind);
  try {
    (*handler)(row.task);
  } catch (const std::exception& error) {
    spdlog::error("the task {} of {} failed and will be tried again: {}", row.task.key, row.kind, error.what());
    return Retry(row);
  }
  // Scheduled again by its handler, the task has another id. Key and moment count too: after a reset ids start again.
  db_.Transact([&](storage::Txn& txn) {
    txn.Run("DELETE FROM scheduler_task WHERE id = ? AND kind = ? AND task_key = ? AND due = ?",
            {row.id, row.kind, row.task.key, row.task.due});
  });
}

void DurableScheduler::Retry(const Row& row) {
  const auto seconds =
      std::min<std::int64_t>(std::int64_t{1} << std::min<std::int64_t>(row.attempts, 6), kLongestBackOffSeconds);
  const TimePoint due = clock_.Now() + std::chrono::seconds(seconds);
  db_.Transact([&](storage::Txn& txn) {
    txn.Run(
        "UPDATE scheduler_task SET due = ?, attempts = attempts + 1 WHERE id = ? AND kind = ? AND task_key = ? AND due "
        "= ?",
        {due, row.id, row.kind, row.task.key, row.task.due});
    txn.OnCommit([this, due] { Arm(due); });
  });
}

std::optional<Scheduler::Handler> DurableScheduler::FindHandler(std::string_view kind) const {
  const std::scoped_lock lock(mutex_);
  const auto found = handlers_.find(std::string(kind));
  return found == handlers_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace stratolite::runtime
