#include "iam/mfa_store.hpp"

namespace stratolite::iam {
namespace {

MfaAssignment ReadAssignment(const storage::Row& row) {
  MfaAssignment assignment;
  assignment.device = row.Int(0);
  assignment.account = AccountId(row.Text(1));
  assignment.owner = row.Int(2);
  assignment.enabled_at = row.Time(3);
  assignment.drift = row.Int(4);
  assignment.last_step = row.Int(5);
  return assignment;
}

}  // namespace

std::optional<MfaAssignment> MfaStore::Find(storage::Reader& reader, EntityId device) {
  return reader.QueryOne(
      "SELECT device, account, entity, enabled_at, drift, last_step FROM iam_mfa_assignment WHERE device = ?", {device},
      ReadAssignment);
}

std::vector<MfaAssignment> MfaStore::List(storage::Reader& reader, const AccountId& account, EntityId owner,
                                          EntityId after, std::int64_t limit) {
  std::vector<MfaAssignment> assignments;
  reader.Query(
      "SELECT device, account, entity, enabled_at, drift, last_step FROM iam_mfa_assignment"
      " WHERE account = ? AND entity = ? AND device > ? ORDER BY device LIMIT ?",
      {account.str(), owner, after, limit},
      [&](const storage::Row& row) { assignments.push_back(ReadAssignment(row)); });
  return assignments;
}

std::int64_t MfaStore::Count(storage::Reader& reader, const AccountId& account, EntityId owner) {
  return reader.QueryInt("SELECT COUNT(*) FROM iam_mfa_assignment WHERE account = ? AND entity = ?",
                         {account.str(), owner});
}

void MfaStore::Put(storage::Txn& txn, const MfaAssignment& assignment) {
  Delete(txn, assignment.device);
  txn.Run("INSERT INTO iam_mfa_assignment (device, account, entity, enabled_at, drift, last_step) VALUES (?,?,?,?,?,?)",
          {assignment.device, assignment.account.str(), assignment.owner, assignment.enabled_at, assignment.drift,
           assignment.last_step});
}

void MfaStore::Delete(storage::Txn& txn, EntityId device) {
  txn.Run("DELETE FROM iam_mfa_assignment WHERE device = ?", {device});
}

}  // namespace stratolite::iam
