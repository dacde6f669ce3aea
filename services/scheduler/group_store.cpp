#include "scheduler/group_store.hpp"

namespace stratolite::scheduler {
namespace {

constexpr Duration kTokensKept = std::chrono::hours(8);

Group ToGroup(const storage::Row& row) {
  return {.scope = {AccountId(row.Text(0)), Region(row.Text(1))},
          .name = row.Text(2),
          .created_at = row.Time(3),
          .modified_at = row.Time(4),
          .tags = Json::parse(row.TextView(5))};
}

}  // namespace

std::optional<Group> GroupStore::Find(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader.QueryOne(
      "SELECT account, region, name, created_at, modified_at, tags FROM schedules_group WHERE account = ? AND region = "
      "? AND name = ?",
      {scope.account, scope.region, name}, ToGroup);
}

void GroupStore::EnsureDefault(storage::Txn& txn, const Scope& scope, TimePoint now) {
  if (!Find(txn, scope, kDefaultGroup))
    Insert(txn, {.scope = scope, .name = std::string(kDefaultGroup), .created_at = now, .modified_at = now});
}

void GroupStore::Insert(storage::Txn& txn, const Group& group) {
  txn.Run(
      "INSERT INTO schedules_group (account, region, name, created_at, modified_at, tags) VALUES (?,?,?,?,?,?)",
      {group.scope.account, group.scope.region, group.name, group.created_at, group.modified_at, group.tags.dump()});
}

void GroupStore::Update(storage::Txn& txn, const Group& group) {
  txn.Run("UPDATE schedules_group SET modified_at = ?, tags = ? WHERE account = ? AND region = ? AND name = ?",
          {group.modified_at, group.tags.dump(), group.scope.account, group.scope.region, group.name});
}

void GroupStore::Delete(storage::Txn& txn, const Group& group) {
  txn.Run("DELETE FROM schedules_group WHERE account = ? AND region = ? AND name = ?",
          {group.scope.account, group.scope.region, group.name});
}

std::vector<Group> GroupStore::List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                    std::string_view after, std::int64_t limit) {
  std::vector<Group> groups;
  reader.Query(
      "SELECT account, region, name, created_at, modified_at, tags FROM schedules_group WHERE account = ? AND region = "
      "? AND name > ? AND substr(name, 1, ?) = ?"
      " ORDER BY name LIMIT ?",
      {scope.account, scope.region, after, static_cast<std::int64_t>(prefix.size()), prefix, limit},
      [&](const storage::Row& row) { groups.push_back(ToGroup(row)); });
  return groups;
}

std::int64_t GroupStore::Count(storage::Reader& reader, const Scope& scope) {
  return reader.QueryInt("SELECT count(*) FROM schedules_group WHERE account = ? AND region = ?",
                         {scope.account, scope.region});
}

std::optional<Json> TokenStore::Find(storage::Reader& reader, const Request& request, TimePoint now) {
  if (request.token.empty()) return std::nullopt;
  return reader.QueryOne(
      "SELECT answer FROM schedules_token WHERE account = ? AND region = ? AND operation = ? AND token = ? AND digest "
      "= ? AND expires_at > ?",
      {request.scope.account, request.scope.region, request.operation, request.token, request.digest, now},
      [](const storage::Row& row) { return Json::parse(row.TextView(0)); });
}

void TokenStore::Remember(storage::Txn& txn, const Request& request, const Json& answer, TimePoint now) {
  txn.Run("DELETE FROM schedules_token WHERE expires_at <= ?", {now});
  if (request.token.empty()) return;
  txn.Run("DELETE FROM schedules_token WHERE account = ? AND region = ? AND operation = ? AND token = ?",
          {request.scope.account, request.scope.region, request.operation, request.token});
  txn.Run(
      "INSERT INTO schedules_token (account, region, operation, token, digest, answer, expires_at) VALUES "
      "(?,?,?,?,?,?,?)",
      {request.scope.account, request.scope.region, request.operation, request.token, request.digest, answer.dump(),
       now + kTokensKept});
}

}  // namespace stratolite::scheduler
