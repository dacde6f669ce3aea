#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "scheduler/model.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::scheduler {

/// Calls targets when their moments come, tries again what failed for the moment, and fills dead-letter queues.
///
/// A schedule has one due row, for its next moment. What is delivered within the world (queues, topics, buses) arrives in the transaction that replaces that row:
/// once. Universal targets are called between two transactions, so a process that is killed in between calls them again: at least once. Moments that came while
/// no process ran are not made up for: the first of them happens late, the others never. `deps` must outlive it. Thread-safe. Blocks.
class Firing {
 public:
  explicit Firing(const ServiceDeps& deps);
  ~Firing();
  /// Registers for due rows: from then on it is called.
  void Start();

  /// A schedule was created: finds its first moment. Its row is there.
  void Begin(storage::Txn& txn, Schedule& schedule);
  /// Its definition was replaced. What both definitions have in common goes on undisturbed.
  void Change(storage::Txn& txn, const Schedule& before, Schedule& after);
  /// The schedule goes, with what it has under way.
  void Delete(storage::Txn& txn, ScheduleId id);

  /// The store was emptied or replaced.
  void Reset();
  /// Calls that end from now on are left to the next process.
  void Stop();

 private:
  struct Shared;

  /// The next moment after `after`, into the schedule, its row and the due rows.
  void Plan(storage::Txn& txn, Schedule& schedule, TimePoint after);
  void OnMoment(const runtime::DueTask& task);
  void OnTry(const runtime::DueTask& task);
  void CallUniversal(const Invocation& invocation);

  void OnCalled(InvocationId id, const Result<Json>& outcome);

  /// Makes the services of everything that the target names, which cannot be done within a transaction. Whether there is one that takes deliveries for it.
  bool Prepare(const Json& target);
  /// Counts the try.
  void DeliverOrFail(storage::Txn& txn, Invocation invocation, bool deliverable);
  void Finish(storage::Txn& txn, const Invocation& invocation);
  /// Tries again later, or gives up.
  void Fail(storage::Txn& txn, Invocation invocation, const AwsError& error);
  void GiveUp(storage::Txn& txn, const Invocation& invocation, const AwsError& error, std::string_view exhausted);

  const ServiceDeps deps_;
  /// What outstanding calls come back to.
  std::shared_ptr<Shared> shared_;
  std::mutex mutex_;
  /// Since when moments are met in time. Guarded by mutex_.
  TimePoint watching_since_;
  /// Universal calls that have not ended. Guarded by mutex_.
  std::set<InvocationId> under_way_;
};

}  // namespace stratolite::scheduler
