#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "stratolite/base/once.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/scheduler.hpp"

namespace stratolite::storage {
class Database;
}

namespace stratolite::runtime {

/// The scheduler over the world's store and timers: one row per task, one timer for the earliest. `db`, `clock` and `timers` must
/// outlive it; stop the timers first. Thread-safe. Blocks.
class DurableScheduler final : public Scheduler {
 public:
  DurableScheduler(storage::Database& db, Clock& clock, Timers& timers);

  void Register(std::string kind, Handler handler) override;
  void Schedule(storage::Txn& txn, std::string_view kind, const DueTask& task) override;
  void Cancel(storage::Txn& txn, std::string_view kind, std::string_view key) override;

  /// Kinds that have rows: after a restart their owners must be made, so that they register.
  std::vector<std::string> PendingKinds();
  /// The rows were replaced: runs them when they are due.
  void Refresh();

 private:
  struct Row;

  void Migrate();
  /// Sees to it that RunDue is called at `due` at the latest.
  void Arm(TimePoint due);
  void OnTimer();
  void RunDue();
  /// The earliest task that has a handler and is due; arms for the next one otherwise.
  std::optional<Row> NextDueRow();
  void RunRow(const Row& row);
  void Retry(const Row& row);
  std::optional<Handler> FindHandler(std::string_view kind) const;

  storage::Database& db_;
  Clock& clock_;
  Timers& timers_;
  Once migrated_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Handler> handlers_;
  /// The one timer that is set, for the earliest moment heard of.
  struct Armed {
    TimePoint due;
    Timers::Id id;
  };
  std::optional<Armed> armed_;
  /// Held while tasks run: they run one after the other.
  std::mutex running_;
};

}  // namespace stratolite::runtime
