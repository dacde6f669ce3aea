#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqs/model.hpp"
#include "stratolite/storage/database.hpp"

/// The rows of messages, their bodies and FIFO groups. Every function works within the caller's transaction and has its thread rule:
/// Confined to the callback. Blocks.
namespace stratolite::sqs {

/// What one look at a queue may take.
struct ReceiveLimits {
  int max_messages = 1;
  Duration visibility{};
  TimePoint now;
};

/// Messages taken and now in flight, and those that had been received too often and went to the dead-letter queue instead.
struct Received {
  std::vector<Message> messages;
  std::size_t dead_letters = 0;
};

/// Twenty digits, growing with `ordinal` (QueueStore::NextSequence).
std::string SequenceNumber(std::int64_t ordinal);

/// Adds a message and fills in its row. In FIFO queues `sequence` and `group_id` must be set.
void InsertMessage(storage::Txn& txn, QueueId queue, Message& message);

/// Takes what is visible, oldest first; of FIFO queues group after group, each in order and only up to its first message that cannot
/// be seen. Expired messages are deleted on the way. `dead_letter_queue` may be null: then nothing is moved.
Received ReceiveMessages(storage::Txn& txn, const Queue& queue, const Queue* dead_letter_queue,
                         const ReceiveLimits& limits);

/// Puts back in flight, for another `visibility`, a message that is still in flight from its receive number `receive_count`.
/// nullopt: it is not.
std::optional<Message> RepeatReceive(storage::Txn& txn, const Queue& queue, std::int64_t row, int receive_count,
                                     TimePoint visible_at);

std::optional<Message> FindMessage(storage::Reader& reader, QueueId queue, std::int64_t row,
                                   std::string_view message_id);
void SetVisibleAt(storage::Txn& txn, const Queue& queue, const Message& message, TimePoint visible_at);
void DeleteMessage(storage::Txn& txn, const Queue& queue, const Message& message);
/// Deletes by receipt without reading first: only if `receive_count` is that of the last receive. For standard queues.
void DeleteReceived(storage::Txn& txn, QueueId queue, std::int64_t row, std::string_view message_id, int receive_count);
/// Everything of a queue, deduplication and receive attempts too.
void DeleteAllMessages(storage::Txn& txn, QueueId queue);

/// Where and as what a message arrives.
struct MoveOptions {
  TimePoint now;
  /// As a dead letter of this queue; otherwise it arrives as a new message (new id, never received, sent now).
  std::optional<std::string> dead_letter_of;
  std::string new_message_id;
};
/// Moves a message to the end of another queue of the same type, visible at once.
void MoveMessage(storage::Txn& txn, const Queue& from, const Queue& to, const Message& message,
                 const MoveOptions& options);

/// Visible messages in order of arrival, for looking and for moving; bodies included.
std::vector<Message> ListMessages(storage::Reader& reader, const Queue& queue, TimePoint now, std::int64_t limit);
/// All of them: visible, in flight and delayed.
std::vector<Message> ListAllMessages(storage::Reader& reader, const Queue& queue, TimePoint now, std::int64_t limit);

MessageCounts CountMessages(storage::Reader& reader, const Queue& queue, TimePoint now);
std::int64_t CountInFlight(storage::Reader& reader, QueueId queue, TimePoint now);
/// When the next message, or group, becomes visible; nullopt when none will.
std::optional<TimePoint> NextVisibleAt(storage::Reader& reader, const Queue& queue, TimePoint now);
/// Deletes what is older than the queue keeps messages. Returns when the oldest that remains was sent.
std::optional<TimePoint> DeleteExpired(storage::Txn& txn, const Queue& queue, TimePoint now);

/// Things remembered for five minutes: deduplication ids and receive attempts.
enum class Remembered { kDeduplication = 0, kReceiveAttempt = 1 };
std::optional<std::string> Recall(storage::Reader& reader, QueueId queue, Remembered kind, std::string_view scope,
                                  std::string_view token, TimePoint now);
/// Also forgets what has run out in this queue.
void Remember(storage::Txn& txn, QueueId queue, Remembered kind, std::string_view scope, std::string_view token,
              std::string_view outcome, TimePoint now);

}  // namespace stratolite::sqs
