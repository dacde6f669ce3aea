#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "events/archive_store.hpp"
#include "events/event.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// What archives do: keep the events that their rules match, and let them go when their time is over. `deps` must outlive it. Thread-safe. Blocks.
class EventArchive {
 public:
  explicit EventArchive(const ServiceDeps& deps) : deps_(deps) {}
  /// To be called once the whole service is made: takes up what an earlier process left.
  void Start();

  static bool IsArchiveRule(const Rule& rule) { return rule.managed_by == kArchiveManager; }
  /// For an event that an archive's rule matches. Those that were replayed are there already.
  void Keep(storage::Txn& txn, const Rule& rule, const Event& event);
  void Deleted(storage::Txn& txn, const Archive& archive);
  /// The moment before which events are gone; the epoch's begin when they stay for ever.
  TimePoint KeptSince(const Archive& archive) const;
  /// Forgets what memory holds (reset).
  void Clear();

 private:
  void PlanRemoval(storage::Txn& txn, const Archive& archive, TimePoint oldest);
  void RemoveExpired(const runtime::DueTask& task);

  const ServiceDeps deps_;
  std::mutex mutex_;
  /// For how many days each archive keeps events, as far as their removal is planned. Guarded by mutex_.
  std::map<ArchiveId, std::int64_t> planned_;
};

}  // namespace stratolite::events
