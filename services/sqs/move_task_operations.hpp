#pragma once

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "sqs/waiters.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask, and the moving itself: a due row per task that moves a portion
/// and comes again, so that it survives a restart and keeps its rate on the world's clock. Everything given must outlive it.
/// Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
class MoveTaskOperations {
 public:
  MoveTaskOperations(const ServiceDeps& deps, QueueStore& queues, Waiters& waiters);

  Result<Json> StartMessageMoveTask(const Call& call);
  Result<Json> ListMessageMoveTasks(const Call& call);
  Result<Json> CancelMessageMoveTask(const Call& call);

 private:
  Result<MoveTask> MakeTask(const Call& call);
  void Step(const runtime::DueTask& due);
  /// Moves one portion. Returns when the next is due; nullopt: the task is over.
  std::optional<TimePoint> MovePortion(storage::Txn& txn, MoveTask& task, TimePoint due);
  /// Where a message goes; nullptr: the task fails, and why is in `task.failure`.
  QueuePtr DestinationOf(storage::Txn& txn, MoveTask& task, const Message& message);

  const ServiceDeps deps_;
  QueueStore& queues_;
  Waiters& waiters_;
};

}  // namespace stratolite::sqs
