#include "sns/archive_store.hpp"

namespace stratolite::sns {
namespace {

// The columns come in the order that ToReplay reads.
constexpr std::string_view kReplayOfSubscription =
    "SELECT subscription_id, topic_id, subscription_arn, status, cursor, starts_at, ends_at FROM sns_replay"
    " WHERE subscription_id = ?";
constexpr std::string_view kReplaysOfTopic =
    "SELECT subscription_id, topic_id, subscription_arn, status, cursor, starts_at, ends_at FROM sns_replay"
    " WHERE topic_id = ?";

ArchivedMessage ToArchivedMessage(const storage::Row& row) {
  ArchivedMessage archived;
  archived.id = row.Int(0);
  Message& message = archived.message;
  message.published_at = row.Time(1);
  message.message_id = row.Text(2);
  message.subject = row.Text(3);
  message.bodies = Json::parse(row.TextView(4));
  if (!row.IsNull(5)) message.attributes = Json::parse(row.TextView(5));
  message.group_id = row.Text(6);
  message.deduplication_id = row.Text(7);
  message.sequence_number = row.Text(8);
  message.trace_header = row.Text(9);
  message.endpoint = row.Text(10);
  message.replayed = true;
  return archived;
}

ReplayRow ToReplay(const storage::Row& row) {
  ReplayRow replay;
  replay.subscription = row.Int(0);
  replay.topic = row.Int(1);
  replay.subscription_arn = row.Text(2);
  replay.status = row.Text(3);
  replay.cursor = row.Int(4);
  replay.from = row.Time(5);
  if (!row.IsNull(6)) replay.until = row.Time(6);
  return replay;
}

}  // namespace

void ArchiveMessage(storage::Txn& txn, TopicId topic, const Message& message) {
  std::optional<std::string> attributes;
  if (message.attributes.is_object()) attributes = message.attributes.dump();
  txn.Run(
      "INSERT INTO sns_archived_message (topic_id, published_at, message_id, subject, bodies, attributes, group_id,"
      " deduplication_id, sequence_number, trace_header, endpoint) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
      {topic, message.published_at, message.message_id, message.subject, message.bodies.dump(), attributes,
       message.group_id, message.deduplication_id, message.sequence_number, message.trace_header, message.endpoint});
}

std::vector<ArchivedMessage> ReadArchive(storage::Reader& reader, TopicId topic, std::int64_t after, TimePoint from,
                                         std::optional<TimePoint> until, std::int64_t limit) {
  std::vector<ArchivedMessage> found;
  reader.Query(
      "SELECT id, published_at, message_id, subject, bodies, attributes, group_id, deduplication_id, sequence_number,"
      " trace_header, endpoint FROM sns_archived_message WHERE topic_id = ? AND id > ? AND published_at >= ?"
      " AND published_at <= ? ORDER BY id LIMIT ?",
      {topic, after, from, until.value_or(TimePoint::max()), limit},
      [&](const storage::Row& row) { found.push_back(ToArchivedMessage(row)); });
  return found;
}

std::optional<TimePoint> OldestArchived(storage::Reader& reader, TopicId topic) {
  return reader.QueryOne(
      "SELECT published_at FROM sns_archived_message WHERE topic_id = ? ORDER BY published_at, id LIMIT 1", {topic},
      [](const storage::Row& row) { return row.Time(0); });
}

void DropArchivedBefore(storage::Txn& txn, TopicId topic, TimePoint time) {
  txn.Run("DELETE FROM sns_archived_message WHERE topic_id = ? AND published_at < ?", {topic, time});
}

void ForgetArchive(storage::Txn& txn, TopicId topic) {
  txn.Run("DELETE FROM sns_archived_message WHERE topic_id = ?", {topic});
  txn.Run("DELETE FROM sns_replay WHERE topic_id = ?", {topic});
}

std::optional<ReplayRow> FindReplay(storage::Reader& reader, SubscriptionId subscription) {
  return reader.QueryOne(kReplayOfSubscription, {subscription}, ToReplay);
}

std::vector<ReplayRow> ListReplays(storage::Reader& reader, TopicId topic) {
  std::vector<ReplayRow> found;
  reader.Query(kReplaysOfTopic, {topic}, [&](const storage::Row& row) { found.push_back(ToReplay(row)); });
  return found;
}

void StoreReplay(storage::Txn& txn, const ReplayRow& replay) {
  txn.Run(
      "INSERT INTO sns_replay (subscription_id, topic_id, subscription_arn, status, cursor, starts_at, ends_at)"
      " VALUES (?,?,?,?,?,?,?) ON CONFLICT (subscription_id) DO UPDATE SET status = excluded.status,"
      " cursor = excluded.cursor, starts_at = excluded.starts_at, ends_at = excluded.ends_at",
      {replay.subscription, replay.topic, replay.subscription_arn, replay.status, replay.cursor, replay.from,
       replay.until});
}

void DeleteReplay(storage::Txn& txn, SubscriptionId subscription) {
  txn.Run("DELETE FROM sns_replay WHERE subscription_id = ?", {subscription});
}

}  // namespace stratolite::sns
