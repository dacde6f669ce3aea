#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sqs/model.hpp"
#include "stratolite/storage/database.hpp"

/// The rows of message move tasks. Confined to the callback of the reader or transaction. Blocks.
namespace stratolite::sqs {

void InsertMoveTask(storage::Txn& txn, const MoveTask& task);
/// Status, progress and failure.
void UpdateMoveTask(storage::Txn& txn, const MoveTask& task);
std::optional<MoveTask> FindMoveTask(storage::Reader& reader, std::string_view id);
/// The newest first.
std::vector<MoveTask> ListMoveTasks(storage::Reader& reader, std::string_view source_arn, std::int64_t limit);
/// One that is running or about to be cancelled.
bool HasActiveMoveTask(storage::Reader& reader, std::string_view source_arn);

/// The source is gone, and its tasks with it.
void DeleteMoveTasks(storage::Txn& txn, QueueId source);

}  // namespace stratolite::sqs
