#include "sqs/message_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sqs/queue_store.hpp"

namespace stratolite::sqs {
namespace {

using storage::Reader;
using storage::Row;
using storage::Txn;

/// Larger bodies lie in a table of their own, so that receiving does not rewrite them.
constexpr std::size_t kMaxInlineBody = 2048;
constexpr Duration kRememberedFor = std::chrono::minutes(5);
constexpr TimePoint kBeginning{Duration(std::numeric_limits<std::int64_t>::min())};

// The columns in the order that ToMessage reads, in a macro because statements are literals.
#define SQS_MESSAGE_COLUMNS                                                                                          \
  "id, visible_at, received, sent_at, receive_count, first_received_at, last_received_at, message_id, sender, md5, " \
  "COALESCE(body, (SELECT b.body FROM sqs_body b WHERE b.message = sqs_message.id)), attributes, group_id, "         \
  "deduplication_id, sequence, trace_header, source_arn"

std::optional<TimePoint> OptionalTime(const Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Time(column);
}

Message ToMessage(const Row& row) {
  Message message;
  message.row = row.Int(0);
  message.visible_at = row.Time(1);
  message.received = row.Int(2) != 0;
  message.sent_at = row.Time(3);
  message.receive_count = static_cast<int>(row.Int(4));
  message.first_received_at = OptionalTime(row, 5);
  message.last_received_at = OptionalTime(row, 6);
  message.message_id = row.Text(7);
  message.sender = row.Text(8);
  message.md5 = row.Text(9);
  message.body = row.Text(10);
  message.attributes = row.Text(11);
  message.group_id = row.OptionalText(12);
  message.deduplication_id = row.OptionalText(13);
  message.sequence = row.OptionalText(14);
  message.trace_header = row.Text(15);
  message.source_arn = row.OptionalText(16);
  return message;
}

std::optional<std::string_view> NullIfEmpty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

/// After a change to the messages of a FIFO group: its first message is another, or can be seen at another time.
void RefreshGroup(Txn& txn, QueueId queue, const std::string& group_id) {
  struct Head {
    std::int64_t row;
    TimePoint visible_at;
  };
  const auto head = txn.QueryOne(
      "SELECT id, visible_at FROM sqs_message WHERE queue_id = ? AND group_id = ? AND sequence IS NOT NULL ORDER BY id "
      "LIMIT 1",
      {queue, group_id}, [](const Row& row) { return Head{row.Int(0), row.Time(1)}; });
  if (!head) {
    txn.Run("DELETE FROM sqs_group WHERE queue_id = ? AND group_id = ?", {queue, group_id});
    return;
  }
  txn.Run(
      "INSERT INTO sqs_group (queue_id, group_id, head, ready_at) VALUES (?,?,?,?)"
      " ON CONFLICT (queue_id, group_id) DO UPDATE SET head = excluded.head, ready_at = excluded.ready_at",
      {queue, group_id, head->row, head->visible_at});
}

void DeleteRow(Txn& txn, std::int64_t row) {
  txn.Run("DELETE FROM sqs_message WHERE id = ?", {row});
  txn.Run("DELETE FROM sqs_body WHERE message = ?", {row});
}

void Take(Txn& txn, Message& message, const ReceiveLimits& limits) {
  message.visible_at = limits.now + limits.visibility;
  message.received = true;
  ++message.receive_count;
  if (!message.first_received_at) message.first_received_at = limits.now;
  message.last_received_at = limits.now;
  txn.Run(
      "UPDATE sqs_message SET visible_at = ?, received = 1, receive_count = ?, first_received_at = ?, last_received_at "
      "= ?"
      " WHERE id = ?",
      {message.visible_at, message.receive_count, *message.first_received_at, limits.now, message.row});
}

/// Looks at one visible message: expired and dead ones are dealt with at once, others wait in `received` for Take.
void Consider(Txn& txn, const Queue& queue, const Queue* dead_letter_queue, const ReceiveLimits& limits,
              Message message, Received& received) {
  if (message.sent_at + queue.retention <= limits.now) return DeleteRow(txn, message.row);
  if (queue.redrive && dead_letter_queue != nullptr && message.receive_count >= queue.redrive->max_receive_count) {
    ++received.dead_letters;
    return MoveMessage(txn, queue, *dead_letter_queue, message, {limits.now, queue.arn, {}});
  }
  received.messages.push_back(std::move(message));
}

Received ReceiveStandard(Txn& txn, const Queue& queue, const Queue* dead_letter_queue, const ReceiveLimits& limits) {
  Received received;
  TimePoint after = kBeginning;
  std::int64_t after_row = 0;
  const auto wanted = static_cast<std::size_t>(limits.max_messages);
  while (received.messages.size() < wanted) {
    const std::size_t missing = wanted - received.messages.size();
    std::vector<Message> found;
    txn.Query("SELECT " SQS_MESSAGE_COLUMNS
              " FROM sqs_message WHERE queue_id = ? AND visible_at <= ? AND (visible_at, id) > (?, ?)"
              " ORDER BY visible_at, id LIMIT ?",
              {queue.id, limits.now, after, after_row, missing},
              [&](const Row& row) { found.push_back(ToMessage(row)); });
    for (Message& message : found) {
      after = message.visible_at;
      after_row = message.row;
      Consider(txn, queue, dead_letter_queue, limits, std::move(message), received);
    }
    if (found.size() < missing) break;
  }
  for (Message& message : received.messages) Take(txn, message, limits);
  return received;
}

struct ReadyGroup {
  std::string group_id;
  TimePoint ready_at;
  std::int64_t head;
};

Received ReceiveFifo(Txn& txn, const Queue& queue, const Queue* dead_letter_queue, const ReceiveLimits& limits) {
  Received received;
  const auto wanted = static_cast<std::size_t>(limits.max_messages);
  ReadyGroup after{{}, kBeginning, 0};
  std::vector<std::string> touched;
  while (received.messages.size() < wanted) {
    std::vector<ReadyGroup> groups;
    txn.Query(
        "SELECT group_id, ready_at, head FROM sqs_group WHERE queue_id = ? AND ready_at <= ? AND (ready_at, head) > "
        "(?, ?)"
        " ORDER BY ready_at, head LIMIT ?",
        {queue.id, limits.now, after.ready_at, after.head, wanted},
        [&](const Row& row) { groups.push_back({row.Text(0), row.Time(1), row.Int(2)}); });
    if (groups.empty()) break;
    for (const ReadyGroup& group : groups) {
      if (received.messages.size() >= wanted) break;
      after = group;
      // A group that lost its first message to the dead-letter queue comes round again.
      if (std::find(touched.begin(), touched.end(), group.group_id) != touched.end()) continue;
      touched.push_back(group.group_id);
      // As many as possible of one group before the next, as AWS documents; in order, so never past one that cannot be seen.
      std::int64_t last = 0;
      bool more = true;
      while (more && received.messages.size() < wanted) {
        std::vector<Message> found;
        txn.Query("SELECT " SQS_MESSAGE_COLUMNS
                  " FROM sqs_message WHERE queue_id = ? AND group_id = ? AND sequence IS NOT NULL AND id > ? ORDER BY "
                  "id LIMIT ?",
                  {queue.id, group.group_id, last, wanted - received.messages.size()}, [&](const Row& row) {
                    more = row.Time(1) <= limits.now;
                    if (more) found.push_back(ToMessage(row));
                    return more;
                  });
        more = more && !found.empty();
        for (Message& message : found) {
          last = message.row;
          Consider(txn, queue, dead_letter_queue, limits, std::move(message), received);
        }
      }
    }
  }
  for (Message& message : received.messages) Take(txn, message, limits);
  for (const std::string& group_id : touched) RefreshGroup(txn, queue.id, group_id);
  return received;
}

}  // namespace

std::string SequenceNumber(std::int64_t ordinal) { return fmt::format("188{:017}", ordinal * 256); }

void InsertMessage(Txn& txn, QueueId queue, Message& message) {
  const bool apart = message.body.size() > kMaxInlineBody;
  txn.Run(
      "INSERT INTO sqs_message (queue_id, visible_at, received, sent_at, receive_count, first_received_at, message_id, "
      "sender,"
      " md5, body, attributes, group_id, deduplication_id, sequence, trace_header, source_arn)"
      " VALUES (?,?,0,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {queue, message.visible_at, message.sent_at, message.receive_count, message.first_received_at, message.message_id,
       message.sender, message.md5, apart ? storage::Bind(nullptr) : storage::Bind(message.body),
       NullIfEmpty(message.attributes), message.group_id, message.deduplication_id, message.sequence,
       NullIfEmpty(message.trace_header), message.source_arn});
  message.row = txn.last_insert_rowid();
  if (apart) {
    txn.Run("INSERT INTO sqs_body (message, body) VALUES (?,?)", {message.row, message.body});
  }
  if (message.sequence) {
    txn.Run(
        "INSERT INTO sqs_group (queue_id, group_id, head, ready_at) VALUES (?,?,?,?) ON CONFLICT (queue_id, group_id) "
        "DO NOTHING",
        {queue, *message.group_id, message.row, message.visible_at});
  }
}

Received ReceiveMessages(Txn& txn, const Queue& queue, const Queue* dead_letter_queue, const ReceiveLimits& limits) {
  return queue.fifo ? ReceiveFifo(txn, queue, dead_letter_queue, limits)
                    : ReceiveStandard(txn, queue, dead_letter_queue, limits);
}

std::optional<Message> RepeatReceive(Txn& txn, const Queue& queue, std::int64_t row, int receive_count,
                                     TimePoint visible_at) {
  std::optional<Message> message = txn.QueryOne("SELECT " SQS_MESSAGE_COLUMNS
                                                " FROM sqs_message WHERE id = ? AND queue_id = ? AND receive_count = ?",
                                                {row, queue.id, receive_count}, ToMessage);
  if (message) SetVisibleAt(txn, queue, *message, visible_at);
  return message;
}

std::optional<Message> FindMessage(Reader& reader, QueueId queue, std::int64_t row, std::string_view message_id) {
  return reader.QueryOne("SELECT " SQS_MESSAGE_COLUMNS
                         " FROM sqs_message WHERE id = ? AND queue_id = ? AND message_id = ?",
                         {row, queue, message_id}, ToMessage);
}

void SetVisibleAt(Txn& txn, const Queue& queue, const Message& message, TimePoint visible_at) {
  txn.Run("UPDATE sqs_message SET visible_at = ? WHERE id = ?", {visible_at, message.row});
  if (message.sequence) RefreshGroup(txn, queue.id, *message.group_id);
}

void DeleteMessage(Txn& txn, const Queue& queue, const Message& message) {
  DeleteRow(txn, message.row);
  if (message.sequence) RefreshGroup(txn, queue.id, *message.group_id);
}

void DeleteReceived(Txn& txn, QueueId queue, std::int64_t row, std::string_view message_id, int receive_count) {
  const std::int64_t deleted =
      txn.Run("DELETE FROM sqs_message WHERE id = ? AND queue_id = ? AND message_id = ? AND receive_count = ?",
              {row, queue, message_id, receive_count});
  if (deleted == 1) txn.Run("DELETE FROM sqs_body WHERE message = ?", {row});
}

void DeleteAllMessages(Txn& txn, QueueId queue) {
  // Only large bodies have rows there, found through the messages: the table has no index on the queue.
  txn.Run("DELETE FROM sqs_body WHERE message IN (SELECT id FROM sqs_message WHERE queue_id = ? AND body IS NULL)",
          {queue});
  txn.Run("DELETE FROM sqs_message WHERE queue_id = ?", {queue});
  txn.Run("DELETE FROM sqs_group WHERE queue_id = ?", {queue});
  txn.Run("DELETE FROM sqs_remembered WHERE queue_id = ?", {queue});
}

void MoveMessage(Txn& txn, const Queue& from, const Queue& to, const Message& message, const MoveOptions& options) {
  Message moved = message;
  moved.visible_at = options.now;
  moved.source_arn = options.dead_letter_of;
  if (!options.dead_letter_of) {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html:
    // redriven messages are new ones, with a new id and enqueue time.
    moved.message_id = options.new_message_id;
    moved.receive_count = 0;
    moved.first_received_at.reset();
  }
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html: a dead letter of a standard
  // queue keeps its enqueue time, one of a FIFO queue does not.
  if (!options.dead_letter_of || to.fifo) moved.sent_at = options.now;
  if (to.fifo) moved.sequence = SequenceNumber(QueueStore::NextSequence(txn, to.id));
  DeleteRow(txn, message.row);
  InsertMessage(txn, to.id, moved);
  if (from.fifo) RefreshGroup(txn, from.id, *message.group_id);
}

std::vector<Message> ListMessages(Reader& reader, const Queue& queue, TimePoint now, std::int64_t limit) {
  std::vector<Message> messages;
  reader.Query(
      "SELECT " SQS_MESSAGE_COLUMNS
      " FROM sqs_message WHERE queue_id = ? AND visible_at <= ? AND sent_at > ? ORDER BY visible_at, id LIMIT ?",
      {queue.id, now, now - queue.retention, limit}, [&](const Row& row) { messages.push_back(ToMessage(row)); });
  return messages;
}

std::vector<Message> ListAllMessages(Reader& reader, const Queue& queue, TimePoint now, std::int64_t limit) {
  std::vector<Message> messages;
  reader.Query("SELECT " SQS_MESSAGE_COLUMNS " FROM sqs_message WHERE queue_id = ? AND sent_at > ? ORDER BY id LIMIT ?",
               {queue.id, now - queue.retention, limit}, [&](const Row& row) { messages.push_back(ToMessage(row)); });
  return messages;
}

MessageCounts CountMessages(Reader& reader, const Queue& queue, TimePoint now) {
  const TimePoint expired = now - queue.retention;
  MessageCounts counts;
  counts.visible =
      reader.QueryInt("SELECT COUNT(*) FROM sqs_message WHERE queue_id = ? AND visible_at <= ? AND sent_at > ?",
                      {queue.id, now, expired});
  reader.QueryOne(
      "SELECT COUNT(*), COALESCE(SUM(received), 0) FROM sqs_message WHERE queue_id = ? AND visible_at > ? AND sent_at "
      "> ?",
      {queue.id, now, expired}, [&](const Row& row) {
        counts.in_flight = row.Int(1);
        counts.delayed = row.Int(0) - row.Int(1);
        return true;
      });
  return counts;
}

std::int64_t CountInFlight(Reader& reader, QueueId queue, TimePoint now) {
  return reader.QueryInt("SELECT COUNT(*) FROM sqs_message WHERE queue_id = ? AND visible_at > ? AND received = 1",
                         {queue, now});
}

std::optional<TimePoint> NextVisibleAt(Reader& reader, const Queue& queue, TimePoint now) {
  const auto time = [](const Row& row) { return row.Time(0); };
  if (queue.fifo) {
    return reader.QueryOne(
        "SELECT ready_at FROM sqs_group WHERE queue_id = ? AND ready_at > ? ORDER BY ready_at LIMIT 1", {queue.id, now},
        time);
  }
  return reader.QueryOne(
      "SELECT visible_at FROM sqs_message WHERE queue_id = ? AND visible_at > ? ORDER BY visible_at LIMIT 1",
      {queue.id, now}, time);
}

std::optional<TimePoint> DeleteExpired(Txn& txn, const Queue& queue, TimePoint now) {
  std::vector<Message> expired;
  txn.Query("SELECT " SQS_MESSAGE_COLUMNS " FROM sqs_message WHERE queue_id = ? AND sent_at <= ?",
            {queue.id, now - queue.retention}, [&](const Row& row) { expired.push_back(ToMessage(row)); });
  for (const Message& message : expired) DeleteMessage(txn, queue, message);
  return txn
      .QueryOne("SELECT MIN(sent_at) FROM sqs_message WHERE queue_id = ?", {queue.id},
                [](const Row& row) { return OptionalTime(row, 0); })
      .value_or(std::nullopt);
}

std::optional<std::string> Recall(Reader& reader, QueueId queue, Remembered kind, std::string_view scope,
                                  std::string_view token, TimePoint now) {
  return reader.QueryOne(
      "SELECT outcome FROM sqs_remembered WHERE queue_id = ? AND kind = ? AND scope = ? AND token = ? AND expires_at > "
      "?",
      {queue, static_cast<int>(kind), scope, token, now}, [](const Row& row) { return row.Text(0); });
}

void Remember(Txn& txn, QueueId queue, Remembered kind, std::string_view scope, std::string_view token,
              std::string_view outcome, TimePoint now) {
  txn.Run("DELETE FROM sqs_remembered WHERE queue_id = ? AND expires_at <= ?", {queue, now});
  txn.Run(
      "INSERT INTO sqs_remembered (queue_id, kind, scope, token, outcome, expires_at) VALUES (?,?,?,?,?,?)"
      " ON CONFLICT (queue_id, kind, scope, token) DO UPDATE SET outcome = excluded.outcome, expires_at = "
      "excluded.expires_at",
      {queue, static_cast<int>(kind), scope, token, outcome, now + kRememberedFor});
}

}  // namespace stratolite::sqs
