#include "sqs/move_task_operations.hpp"

#include <fmt/format.h>

#include "sqs/errors.hpp"
#include "sqs/message_store.hpp"
#include "sqs/move_task_store.hpp"
#include "sqs/queue_access.hpp"
#include "sqs/queue_url.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::string_view kMoveTaskKind = "sqs.move_task";
constexpr std::int64_t kMaxRate = 500;
constexpr std::int64_t kMaxResults = 10;
/// Without a rate of the caller's: as many per step, so that other writers get their turn.
constexpr std::int64_t kPortion = 500;
constexpr Duration kStep = std::chrono::seconds(1);

AwsError NoSuchResource(std::string_view parameter) {
  return ResourceNotFound(
      fmt::format("The resource that you specified for the {} parameter doesn't exist.", parameter));
}

AwsError BadArn(std::string_view parameter) {
  return InvalidParameter(fmt::format(
      "You must use this format to specify the {}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
      parameter));
}

std::string EncodeHandle(const MoveTask& task) {
  return Base64Encode(fmt::format(R"({{"taskId":"{}","sourceArn":"{}"}})", task.id, task.source_arn));
}

Json Describe(const MoveTask& task) {
  Json entry = {{"Status", task.status},
                {"SourceArn", task.source_arn},
                {"ApproximateNumberOfMessagesMoved", task.moved},
                {"ApproximateNumberOfMessagesToMove", task.to_move},
                {"StartedTimestamp", EpochMillis(task.started_at)}};
  if (task.status == "RUNNING") entry["TaskHandle"] = EncodeHandle(task);
  if (task.destination_arn) entry["DestinationArn"] = *task.destination_arn;
  if (task.rate) entry["MaxNumberOfMessagesPerSecond"] = *task.rate;
  if (task.failure) entry["FailureReason"] = *task.failure;
  return entry;
}

}  // namespace

MoveTaskOperations::MoveTaskOperations(const ServiceDeps& deps, QueueStore& queues, Waiters& waiters)
    : deps_(deps), queues_(queues), waiters_(waiters) {
  deps_.scheduler.Register(std::string(kMoveTaskKind), [this](const runtime::DueTask& due) { Step(due); });
}

Result<MoveTask> MoveTaskOperations::MakeTask(const Call& call) {
  const Fields in(call.input);
  MoveTask task;
  ASSIGN_OR_RETURN(task.source_arn, RequiredString(call.input, "SourceArn"));
  task.destination_arn = in.OptionalString("DestinationArn");
  task.rate = in.OptionalInt("MaxNumberOfMessagesPerSecond");
  if (task.rate && (*task.rate < 1 || *task.rate > kMaxRate)) {
    return InvalidParameter(
        "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a number that's between 1 "
        "and 500.");
  }
  const std::optional<QueueAddress> source_address = ParseQueueArn(task.source_arn);
  if (!source_address) return BadArn("SourceArn");
  const QueuePtr source = queues_.Find(*source_address);
  if (!source) return NoSuchResource("SourceArn");
  task.source_id = source->id;
  if (task.destination_arn) {
    const std::optional<QueueAddress> address = ParseQueueArn(*task.destination_arn);
    if (!address) return BadArn("DestinationArn");
    if (*address == *source_address)
      return InvalidParameter("Source queue arn and destination queue arn cannot be the same.");
    const QueuePtr destination = queues_.Find(*address);
    if (!destination) return NoSuchResource("DestinationArn");
    if (destination->fifo != source->fifo) {
      return InvalidParameter("The source queue and destination queue must be of the same queue type.");
    }
  }
  task.id = deps_.random.Uuid();
  task.status = "RUNNING";
  task.started_at = deps_.clock.Now();
  return task;
}

Result<Json> MoveTaskOperations::StartMessageMoveTask(const Call& call) {
  ASSIGN_OR_RETURN(MoveTask task, MakeTask(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (QueueStore::ListSources(txn, task.source_arn, "", 1).empty()) {
      return InvalidParameter("Source queue must be configured as a Dead Letter Queue.");
    }
    if (HasActiveMoveTask(txn, task.source_arn)) {
      return InvalidParameter(
          "There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
    }
    const QueuePtr source = QueueStore::Find(txn, task.source_id);
    if (!source) return NoSuchResource("SourceArn");
    task.to_move = CountMessages(txn, *source, task.started_at).visible;
    InsertMoveTask(txn, task);
    deps_.scheduler.Schedule(txn, kMoveTaskKind, {task.id, task.started_at, {}});
    return Json{{"TaskHandle", EncodeHandle(task)}};
  });
}

Result<Json> MoveTaskOperations::ListMessageMoveTasks(const Call& call) {
  ASSIGN_OR_RETURN(const std::string source_arn, RequiredString(call.input, "SourceArn"));
  const std::int64_t limit = Fields(call.input).IntOr("MaxResults", 1);
  if (limit < 1 || limit > kMaxResults) {
    return InvalidParameter(
        "Value for parameter MaxResults is invalid. Reason: You must enter a number that's between 1 and 10.");
  }
  const std::optional<QueueAddress> address = ParseQueueArn(source_arn);
  if (!address) return BadArn("SourceArn");
  if (!queues_.Find(*address)) return NoSuchResource("SourceArn");
  Json results = Json::array();
  for (const MoveTask& task :
       deps_.db.Read([&](storage::Reader& reader) { return ListMoveTasks(reader, source_arn, limit); })) {
    results.push_back(Describe(task));
  }
  if (results.empty()) return Json::object();
  return Json{{"Results", std::move(results)}};
}

Result<Json> MoveTaskOperations::CancelMessageMoveTask(const Call& call) {
  ASSIGN_OR_RETURN(const std::string handle, RequiredString(call.input, "TaskHandle"));
  const Json parsed = ParseJsonText(Base64Decode(handle).value_or(""));
  const Fields parts(parsed);
  if (!parsed.is_object() || !parsed.value("taskId", Json()).is_string() ||
      !parsed.value("sourceArn", Json()).is_string()) {
    return InvalidParameter("Value for parameter TaskHandle is invalid.");
  }
  const std::optional<QueueAddress> source = ParseQueueArn(parts.StringOr("sourceArn", ""));
  if (!source || !queues_.Find(*source)) return NoSuchResource("SourceArn");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::optional<MoveTask> task = FindMoveTask(txn, parts.StringOr("taskId", ""));
    if (!task || task->source_arn != parts.StringOr("sourceArn", "")) return ResourceNotFound("Task does not exist.");
    if (task->status != "RUNNING") return InvalidParameter("Only active tasks can be cancelled.");
    task->status = "CANCELLING";
    UpdateMoveTask(txn, *task);
    deps_.scheduler.Schedule(txn, kMoveTaskKind, {task->id, deps_.clock.Now(), {}});
    return Json{{"ApproximateNumberOfMessagesMoved", task->moved}};
  });
}

void MoveTaskOperations::Step(const runtime::DueTask& due) {
  deps_.db.Transact([&](storage::Txn& txn) {
    std::optional<MoveTask> task = FindMoveTask(txn, due.key);
    if (!task) return;
    if (task->status == "CANCELLING") {
      task->status = "CANCELLED";
    } else if (task->status == "RUNNING") {
      if (const auto next = MovePortion(txn, *task, due.due))
        deps_.scheduler.Schedule(txn, kMoveTaskKind, {task->id, *next, {}});
    }
    UpdateMoveTask(txn, *task);
  });
}

std::optional<TimePoint> MoveTaskOperations::MovePortion(storage::Txn& txn, MoveTask& task, TimePoint due) {
  const TimePoint now = deps_.clock.Now();
  const QueuePtr source = QueueStore::Find(txn, task.source_id);
  const std::int64_t portion = task.rate.value_or(kPortion);
  const std::vector<Message> messages = ListMessages(txn, *source, now, portion);
  for (const Message& message : messages) {
    const QueuePtr destination = DestinationOf(txn, task, message);
    if (!destination) {
      task.status = "FAILED";
      return std::nullopt;
    }
    MoveMessage(txn, *source, *destination, message, {now, std::nullopt, deps_.random.Uuid()});
    ++task.moved;
    txn.OnCommit([this, id = destination->id] { waiters_.Notify(id, 1); });
  }
  if (static_cast<std::int64_t>(messages.size()) < portion || ListMessages(txn, *source, now, 1).empty()) {
    task.status = "COMPLETED";
    return std::nullopt;
  }
  return task.rate ? due + kStep : now;
}

QueuePtr MoveTaskOperations::DestinationOf(storage::Txn& txn, MoveTask& task, const Message& message) {
  const std::optional<std::string>& arn = task.destination_arn ? task.destination_arn : message.source_arn;
  const std::optional<QueueAddress> address = arn ? ParseQueueArn(*arn) : std::nullopt;
  if (!address) {
    task.failure = "CouldNotDetermineMessageSource";
    return nullptr;
  }
  QueuePtr destination = QueueStore::Find(txn, *address);
  if (!destination) task.failure = "AWS.SimpleQueueService.NonExistentQueue";
  return destination;
}

}  // namespace stratolite::sqs
