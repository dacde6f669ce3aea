#include "events/archived_event_store.hpp"

namespace stratolite::events {

void ArchivedEventStore::Insert(storage::Txn& txn, ArchiveId archive, TimePoint time, TimePoint now, std::int64_t bytes,
                                std::string_view text) {
  txn.Run("INSERT INTO events_archived (archive_id, event_time, archived_at, bytes, event) VALUES (?,?,?,?,?)",
          {archive, time, now, bytes, text});
}

std::vector<ArchivedEvent> ArchivedEventStore::Next(storage::Reader& reader, ArchiveId archive, const Position& after,
                                                    TimePoint until, TimePoint kept_since, std::int64_t limit) {
  std::vector<ArchivedEvent> events;
  reader.Query(
      "SELECT id, event_time, event FROM events_archived WHERE archive_id = ? AND event_time >= ? AND event_time < ?"
      " AND (event_time > ? OR id > ?) AND archived_at >= ? ORDER BY event_time, id LIMIT ?",
      {archive, after.time, until, after.time, after.id, kept_since, limit},
      [&](const storage::Row& row) { events.push_back({row.Int(0), row.Time(1), row.Text(2)}); });
  return events;
}

std::optional<TimePoint> ArchivedEventStore::Oldest(storage::Reader& reader, ArchiveId archive) {
  return reader.QueryOne("SELECT archived_at FROM events_archived WHERE archive_id = ? ORDER BY archived_at LIMIT 1",
                         {archive}, [](const storage::Row& row) { return row.Time(0); });
}

ArchivedEventStore::Removed ArchivedEventStore::RemoveBefore(storage::Txn& txn, ArchiveId archive, TimePoint moment) {
  Removed removed;
  removed.bytes = txn.QueryInt("SELECT sum(bytes) FROM events_archived WHERE archive_id = ? AND archived_at < ?",
                               {archive, moment});
  removed.count = txn.Run("DELETE FROM events_archived WHERE archive_id = ? AND archived_at < ?", {archive, moment});
  return removed;
}

void ArchivedEventStore::RemoveAll(storage::Txn& txn, ArchiveId archive) {
  txn.Run("DELETE FROM events_archived WHERE archive_id = ?", {archive});
}

}  // namespace stratolite::events
