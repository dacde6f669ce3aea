#include "iam/deletion_task_store.hpp"

namespace stratolite::iam {

void InsertDeletionTask(storage::Txn& txn, const DeletionTask& task) {
  txn.Run("INSERT INTO iam_deletion_task (id, account, role_name, status) VALUES (?, ?, ?, ?)",
          {task.id, task.account, task.role_name, static_cast<std::int64_t>(task.status)});
}

void SetDeletionStatus(storage::Txn& txn, std::string_view id, DeletionStatus status) {
  txn.Run("UPDATE iam_deletion_task SET status = ? WHERE id = ?", {static_cast<std::int64_t>(status), id});
}

std::optional<DeletionTask> FindDeletionTask(storage::Reader& reader, std::string_view id) {
  return reader.QueryOne(
      "SELECT id, account, role_name, status FROM iam_deletion_task WHERE id = ?", {id}, [](const storage::Row& row) {
        return DeletionTask{row.Text(0), AccountId(row.Text(1)), row.Text(2), static_cast<DeletionStatus>(row.Int(3))};
      });
}

}  // namespace stratolite::iam
