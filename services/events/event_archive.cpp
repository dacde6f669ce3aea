#include "events/event_archive.hpp"

#include <string>

#include "events/archived_event_store.hpp"
#include "stratolite/runtime/clock.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kRetentionKind = "events.retention";
/// AWS counts somewhat more than the texts of an event's members. These two, for its time and its account, come to what was seen there.
constexpr std::int64_t kBytesAround = 14 + 12;

std::int64_t ArchivedSize(const Event& event) {
  return kBytesAround + static_cast<std::int64_t>(event.source.size() + event.detail_type.size() + event.detail_size);
}

Duration RetentionOf(const Archive& archive) { return std::chrono::days(archive.retention_days); }

}  // namespace

void EventArchive::Start() {
  deps_.scheduler.Register(std::string(kRetentionKind), [this](const runtime::DueTask& task) { RemoveExpired(task); });
}

void EventArchive::Keep(storage::Txn& txn, const Rule& rule, const Event& event) {
  if (event.replayed) return;
  const ArchivePtr archive = ArchiveStore::FindByRule(txn, rule.id);
  if (archive == nullptr) return;
  const TimePoint now = deps_.clock.Now();
  const std::int64_t bytes = ArchivedSize(event);
  ArchivedEventStore::Insert(txn, archive->id, event.time, now, bytes, event.text);
  ArchiveStore::AddEvents(txn, archive->id, 1, bytes);
  if (archive->retention_days == 0) return;
  {
    const std::scoped_lock lock(mutex_);
    const auto planned = planned_.find(archive->id);
    if (archive->event_count > 0 && planned != planned_.end() && planned->second == archive->retention_days) return;
  }
  PlanRemoval(txn, *archive, ArchivedEventStore::Oldest(txn, archive->id).value_or(now));
}

void EventArchive::PlanRemoval(storage::Txn& txn, const Archive& archive, TimePoint oldest) {
  // A moment later than the event may still be replayed.
  deps_.scheduler.Schedule(txn, kRetentionKind,
                           {.key = std::to_string(archive.id),
                            .due = oldest + RetentionOf(archive) + std::chrono::microseconds(1),
                            .payload = {}});
  txn.OnCommit([this, id = archive.id, days = archive.retention_days] {
    const std::scoped_lock lock(mutex_);
    planned_.insert_or_assign(id, days);
  });
}

void EventArchive::RemoveExpired(const runtime::DueTask& task) {
  deps_.db.Transact([&](storage::Txn& txn) {
    deps_.scheduler.Cancel(txn, kRetentionKind, task.key);
    const ArchivePtr archive = ArchiveStore::Find(txn, std::stoll(task.key));
    if (archive == nullptr || archive->retention_days == 0) return;
    const auto removed = ArchivedEventStore::RemoveBefore(txn, archive->id, KeptSince(*archive));
    if (removed.count > 0) ArchiveStore::AddEvents(txn, archive->id, -removed.count, -removed.bytes);
    if (const auto oldest = ArchivedEventStore::Oldest(txn, archive->id)) PlanRemoval(txn, *archive, *oldest);
  });
}

TimePoint EventArchive::KeptSince(const Archive& archive) const {
  return archive.retention_days == 0 ? TimePoint{} : deps_.clock.Now() - RetentionOf(archive);
}

void EventArchive::Deleted(storage::Txn& txn, const Archive& archive) {
  ArchivedEventStore::RemoveAll(txn, archive.id);
  deps_.scheduler.Cancel(txn, kRetentionKind, std::to_string(archive.id));
}

void EventArchive::Clear() {
  const std::scoped_lock lock(mutex_);
  planned_.clear();
}

}  // namespace stratolite::events
