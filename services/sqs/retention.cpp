#include "sqs/retention.hpp"

#include <fmt/format.h>

#include "sqs/message_store.hpp"
#include "sqs/queue_store.hpp"
#include "stratolite/runtime/clock.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::string_view kRetentionKind = "sqs.retention";
/// A queue with a steady flow is swept in batches and not message by message.
constexpr Duration kShortestPause = std::chrono::minutes(1);

}  // namespace

Retention::Retention(const ServiceDeps& deps) : deps_(deps) {
  deps_.scheduler.Register(std::string(kRetentionKind), [this](const runtime::DueTask& task) { Sweep(task); });
}

void Retention::Watch(storage::Txn& txn, const Queue& queue) {
  {
    const std::scoped_lock lock(mutex_);
    if (watched_.contains(queue.id)) return;
  }
  deps_.scheduler.Schedule(txn, kRetentionKind, {fmt::format("{}", queue.id), deps_.clock.Now() + queue.retention, {}});
  txn.OnCommit([this, id = queue.id] {
    const std::scoped_lock lock(mutex_);
    watched_.insert(id);
  });
}

void Retention::Sweep(const runtime::DueTask& task) {
  const QueueId id = std::stoll(task.key);
  deps_.db.Transact([&](storage::Txn& txn) {
    const QueuePtr queue = QueueStore::Find(txn, id);
    const TimePoint now = deps_.clock.Now();
    const std::optional<TimePoint> oldest = queue ? DeleteExpired(txn, *queue, now) : std::nullopt;
    if (oldest) {
      deps_.scheduler.Schedule(txn, kRetentionKind,
                               {task.key, std::max(*oldest + queue->retention, now + kShortestPause), {}});
      return;
    }
    // Within the transaction, so that no message can come between finding the queue empty and saying so.
    const std::scoped_lock lock(mutex_);
    watched_.erase(id);
  });
}

void Retention::Clear() {
  const std::scoped_lock lock(mutex_);
  watched_.clear();
}

}  // namespace stratolite::sqs
