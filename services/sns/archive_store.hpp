#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sns/model.hpp"
#include "sns/publishing.hpp"
#include "stratolite/storage/database.hpp"

/// Rows of archived messages, and of subscriptions that have them replayed.
namespace stratolite::sns {

struct ArchivedMessage {
  std::int64_t id = 0;
  Message message;
};

void ArchiveMessage(storage::Txn& txn, TopicId topic, const Message& message);
/// In the order they were published: those after row `after`, not older than `from`, and not younger than `until`.
std::vector<ArchivedMessage> ReadArchive(storage::Reader& reader, TopicId topic, std::int64_t after, TimePoint from,
                                         std::optional<TimePoint> until, std::int64_t limit);
std::optional<TimePoint> OldestArchived(storage::Reader& reader, TopicId topic);
void DropArchivedBefore(storage::Txn& txn, TopicId topic, TimePoint time);
/// The topic was deleted: its archive and its subscriptions' replays.
void ForgetArchive(storage::Txn& txn, TopicId topic);

/// One subscription's ReplayPolicy at work.
struct ReplayRow {
  SubscriptionId subscription = 0;
  TopicId topic = 0;
  std::string subscription_arn;
  /// `Pending`, `In progress`, `Completed`, `Failed`.
  std::string status;
  std::int64_t cursor = 0;
  TimePoint from;
  std::optional<TimePoint> until;
};
std::optional<ReplayRow> FindReplay(storage::Reader& reader, SubscriptionId subscription);
std::vector<ReplayRow> ListReplays(storage::Reader& reader, TopicId topic);
void StoreReplay(storage::Txn& txn, const ReplayRow& replay);
void DeleteReplay(storage::Txn& txn, SubscriptionId subscription);

}  // namespace stratolite::sns
