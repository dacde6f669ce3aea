#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/archive_store.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {

/// An event in an archive. Plain data.
struct ArchivedEvent {
  std::int64_t id = 0;
  TimePoint time;
  /// The whole envelope.
  std::string text;
};

/// Rows of events that archives keep. Within a transaction or a read. Thread-safe.
class ArchivedEventStore {
 public:
  static void Insert(storage::Txn& txn, ArchiveId archive, TimePoint time, TimePoint now, std::int64_t bytes,
                     std::string_view text);
  /// Where a replay has come to: events are replayed in order of time, then of arrival.
  struct Position {
    TimePoint time;
    std::int64_t id = 0;
  };
  /// After `after` and before `until`, and not archived before `kept_since`.
  static std::vector<ArchivedEvent> Next(storage::Reader& reader, ArchiveId archive, const Position& after,
                                         TimePoint until, TimePoint kept_since, std::int64_t limit);
  /// When the oldest came.
  static std::optional<TimePoint> Oldest(storage::Reader& reader, ArchiveId archive);
  struct Removed {
    std::int64_t count = 0;
    std::int64_t bytes = 0;
  };
  /// What was archived before `moment`.
  static Removed RemoveBefore(storage::Txn& txn, ArchiveId archive, TimePoint moment);
  static void RemoveAll(storage::Txn& txn, ArchiveId archive);
};

}  // namespace stratolite::events
