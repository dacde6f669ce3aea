#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/names.hpp"
#include "stratolite/storage/database.hpp"

/// The deletion of services' roles, which are tasks. All functions: Thread-safe. Blocks.
namespace stratolite::iam {

enum class DeletionStatus { kNotStarted = 0, kInProgress = 1, kSucceeded = 2 };

struct DeletionTask {
  /// `task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/<uuid>`.
  std::string id;
  AccountId account;
  std::string role_name;
  DeletionStatus status = DeletionStatus::kNotStarted;
};

void InsertDeletionTask(storage::Txn& txn, const DeletionTask& task);
void SetDeletionStatus(storage::Txn& txn, std::string_view id, DeletionStatus status);
std::optional<DeletionTask> FindDeletionTask(storage::Reader& reader, std::string_view id);

}  // namespace stratolite::iam
