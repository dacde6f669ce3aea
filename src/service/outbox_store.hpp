#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stratolite/base/time.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

/// The rows of the outbox. The functions that take a Reader or Txn: Confined to the callback. Blocks.
namespace stratolite::outbox {

/// A delivery that waits.
struct Letter {
  std::int64_t id = 0;
  TimePoint announced_at;
  /// How often it was tried in vain.
  std::int64_t attempts = 0;
  Delivery delivery;
};

/// Makes the tables. Not within a transaction.
void MigrateTables(storage::Database& db);
/// Whether some process made the tables: asks without making them.
bool HasTables(storage::Reader& reader);

void Insert(storage::Txn& txn, const Delivery& delivery, TimePoint now);
/// Those that may be tried now, in the order of their announcement: the ones behind an older letter of the same order key that waits for its next try
/// are left out.
std::vector<Letter> FindDue(storage::Reader& reader, TimePoint now, std::int64_t limit);
/// When the next of those that failed is tried again.
std::optional<TimePoint> NextRetry(storage::Reader& reader);
void Remove(storage::Txn& txn, std::int64_t id);
void Postpone(storage::Txn& txn, const Letter& letter, TimePoint until);
std::int64_t Count(storage::Reader& reader);

}  // namespace stratolite::outbox
