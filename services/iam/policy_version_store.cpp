#include "iam/policy_version_store.hpp"

namespace stratolite::iam {
namespace {

StoredVersion ReadStoredVersion(const storage::Row& row) { return {row.Int(0), row.Text(1), row.Time(2)}; }

std::map<std::string, std::int64_t> CountsByArn(storage::Reader& reader, std::string_view sql,
                                                const AccountId& account) {
  std::map<std::string, std::int64_t> counts;
  reader.Query(sql, {account.str()}, [&](const storage::Row& row) { counts.emplace(row.Text(0), row.Int(1)); });
  return counts;
}

}  // namespace

void InsertVersion(storage::Txn& txn, EntityId policy, const StoredVersion& version) {
  txn.Run("INSERT INTO iam_policy_version (policy, number, document, created_at) VALUES (?, ?, ?, ?)",
          {policy, version.number, version.document, version.created_at});
}

bool DeleteVersion(storage::Txn& txn, EntityId policy, std::int64_t number) {
  return txn.Run("DELETE FROM iam_policy_version WHERE policy = ? AND number = ?", {policy, number}) > 0;
}

void DeleteAllVersions(storage::Txn& txn, EntityId policy) {
  txn.Run("DELETE FROM iam_policy_version WHERE policy = ?", {policy});
}

std::optional<StoredVersion> FindStoredVersion(storage::Reader& reader, EntityId policy, std::int64_t number) {
  return reader.QueryOne("SELECT number, document, created_at FROM iam_policy_version WHERE policy = ? AND number = ?",
                         {policy, number}, ReadStoredVersion);
}

std::vector<StoredVersion> ListStoredVersions(storage::Reader& reader, EntityId policy) {
  std::vector<StoredVersion> versions;
  reader.Query("SELECT number, document, created_at FROM iam_policy_version WHERE policy = ? ORDER BY number DESC",
               {policy}, [&](const storage::Row& row) { versions.push_back(ReadStoredVersion(row)); });
  return versions;
}

std::int64_t CountVersions(storage::Reader& reader, EntityId policy) {
  return reader.QueryInt("SELECT COUNT(*) FROM iam_policy_version WHERE policy = ?", {policy});
}

std::map<std::string, std::int64_t> AttachmentCounts(storage::Reader& reader, const AccountId& account) {
  return CountsByArn(reader, "SELECT policy_arn, COUNT(*) FROM iam_attachment WHERE account = ? GROUP BY policy_arn",
                     account);
}

std::map<std::string, std::int64_t> BoundaryCounts(storage::Reader& reader, const AccountId& account) {
  return CountsByArn(reader,
                     "SELECT boundary, COUNT(*) FROM iam_entity WHERE account = ? AND boundary > '' GROUP BY boundary",
                     account);
}

}  // namespace stratolite::iam
