#include "sqs/move_task_store.hpp"

namespace stratolite::sqs {
namespace {

MoveTask ToMoveTask(const storage::Row& row) {
  MoveTask task;
  task.id = row.Text(0);
  task.source_id = row.Int(1);
  task.source_arn = row.Text(2);
  task.destination_arn = row.OptionalText(3);
  if (!row.IsNull(4)) task.rate = row.Int(4);
  task.status = row.Text(5);
  task.moved = row.Int(6);
  task.to_move = row.Int(7);
  task.started_at = row.Time(8);
  task.failure = row.OptionalText(9);
  return task;
}

}  // namespace

void InsertMoveTask(storage::Txn& txn, const MoveTask& task) {
  txn.Run(
      "INSERT INTO sqs_move_task (id, source_id, source_arn, destination_arn, rate, status, moved, to_move, "
      "started_at, failure)"
      " VALUES (?,?,?,?,?,?,?,?,?,?)",
      {task.id, task.source_id, task.source_arn, task.destination_arn, task.rate, task.status, task.moved, task.to_move,
       task.started_at, task.failure});
}

void UpdateMoveTask(storage::Txn& txn, const MoveTask& task) {
  txn.Run("UPDATE sqs_move_task SET status = ?, moved = ?, failure = ? WHERE id = ?",
          {task.status, task.moved, task.failure, task.id});
}

std::optional<MoveTask> FindMoveTask(storage::Reader& reader, std::string_view id) {
  return reader.QueryOne(
      "SELECT id, source_id, source_arn, destination_arn, rate, status, moved, to_move, started_at, failure FROM "
      "sqs_move_task"
      " WHERE id = ?",
      {id}, ToMoveTask);
}

std::vector<MoveTask> ListMoveTasks(storage::Reader& reader, std::string_view source_arn, std::int64_t limit) {
  std::vector<MoveTask> tasks;
  reader.Query(
      "SELECT id, source_id, source_arn, destination_arn, rate, status, moved, to_move, started_at, failure FROM "
      "sqs_move_task"
      " WHERE source_arn = ? ORDER BY started_at DESC, ordinal DESC LIMIT ?",
      {source_arn, limit}, [&](const storage::Row& row) { tasks.push_back(ToMoveTask(row)); });
  return tasks;
}

bool HasActiveMoveTask(storage::Reader& reader, std::string_view source_arn) {
  return reader.QueryInt(
             "SELECT COUNT(*) FROM sqs_move_task WHERE source_arn = ? AND status IN ('RUNNING', 'CANCELLING')",
             {source_arn}) != 0;
}

void DeleteMoveTasks(storage::Txn& txn, QueueId source) {
  txn.Run("DELETE FROM sqs_move_task WHERE source_id = ?", {source});
}

}  // namespace stratolite::sqs
