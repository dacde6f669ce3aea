#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::sqs {

using QueueId = std::int64_t;
using Attributes = std::map<std::string, std::string, std::less<>>;

/// Account, region and name: what a queue URL or ARN says.
struct QueueAddress {
  Scope scope;
  std::string name;
  auto operator<=>(const QueueAddress&) const = default;
};
std::string ArnOf(const QueueAddress& address);

struct RedrivePolicy {
  std::string dead_letter_arn;
  int max_receive_count = 0;
};

/// One queue as it was at one commit. Immutable once it is shared.
struct Queue {
  QueueId id = 0;
  QueueAddress address;
  std::string arn;
  TimePoint created_at;
  TimePoint modified_at;
  /// As set by CreateQueue and SetQueueAttributes, normalised; defaults are not in it. See queue_attributes.hpp.
  Attributes attributes;
  Attributes tags;
  /// What DeduplicationScope was when the queue was created: AWS does not follow later changes of it.
  bool deduplicates_per_group = false;

  /// Parsed from `attributes`, defaults filled in.
  bool fifo = false;
  bool content_based_deduplication = false;
  Duration delay{};
  Duration retention{};
  Duration wait{};
  Duration visibility{};
  std::int64_t max_message_bytes = 0;
  std::optional<RedrivePolicy> redrive;
};
using QueuePtr = std::shared_ptr<const Queue>;

/// What a message is, wherever it lies.
struct Message {
  std::int64_t row = 0;
  std::string message_id;
  std::string sender;
  std::string body;
  std::string md5;
  /// JSON as in the API's MessageAttributes, blobs in base64; empty when there are none.
  std::string attributes;
  std::string trace_header;
  std::optional<std::string> group_id;
  std::optional<std::string> deduplication_id;
  std::optional<std::string> sequence;
  /// The queue it was a dead letter of.
  std::optional<std::string> source_arn;
  TimePoint sent_at;
  TimePoint visible_at;
  std::optional<TimePoint> first_received_at;
  std::optional<TimePoint> last_received_at;
  int receive_count = 0;
  bool received = false;
};

struct MessageCounts {
  std::int64_t visible = 0;
  std::int64_t in_flight = 0;
  std::int64_t delayed = 0;
};

/// StartMessageMoveTask's row.
struct MoveTask {
  std::string id;
  QueueId source_id = 0;
  std::string source_arn;
  std::optional<std::string> destination_arn;
  std::optional<std::int64_t> rate;
  std::string status;
  std::int64_t moved = 0;
  std::int64_t to_move = 0;
  TimePoint started_at;
  std::optional<std::string> failure;
};

}  // namespace stratolite::sqs
