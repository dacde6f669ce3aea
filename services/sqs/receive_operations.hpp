#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// What ReceiveMessage asks for, checked.
struct ReceiveRequest {
  QueueAddress address;
  QueueId queue_id = 0;
  int max_messages = 1;
  std::optional<Duration> visibility;
  Duration wait{};
  /// ReceiveRequestAttemptId, FIFO queues only.
  std::optional<std::string> attempt;
  std::vector<std::string> system_attributes;
  std::vector<std::string> message_attributes;
};

/// How many messages of a queue may be in flight. Counting them on every receive would cost more than receiving, so an upper bound is
/// kept in memory and the store is asked only when that bound reaches the quota. Thread-safe.
class InFlightQuota {
 public:
  /// How many more may be taken, up to `wanted`.
  int Allow(storage::Reader& reader, QueueId queue, int wanted, TimePoint now);
  void Add(QueueId queue, std::size_t taken);
  void Clear();

 private:
  std::mutex mutex_;
  std::unordered_map<QueueId, std::int64_t> bounds_;  // guarded by mutex_
};

/// ReceiveMessage, short and long poll. Everything given must outlive it. Thread-safe. Blocks.
class ReceiveOperations {
 public:
  ReceiveOperations(const ServiceDeps& deps, QueueStore& queues, Waiters& waiters)
      : deps_(deps), queues_(queues), waiters_(waiters) {}

  void ReceiveMessage(std::shared_ptr<const Call> call, Completion done);
  /// What memory holds (reset).
  void Clear() { quota_.Clear(); }

  /// Messages, or none and when to look again.
  struct Outcome {
    std::vector<Message> messages;
    std::optional<TimePoint> next_visible;
  };
  /// One look at the queue. Takes nothing for a caller that left.
  Result<Outcome> TryReceive(const Call& call, const ReceiveRequest& request);
  Json Answer(const ReceiveRequest& request, const std::vector<Message>& messages) const;

 private:
  Result<ReceiveRequest> ParseRequest(const Call& call);
  Result<Outcome> Take(storage::Txn& txn, const Call& call, const ReceiveRequest& request, const Queue& queue,
                       const Queue* dead_letter_queue);

  const ServiceDeps deps_;
  QueueStore& queues_;
  Waiters& waiters_;
  InFlightQuota quota_;
};

}  // namespace stratolite::sqs
