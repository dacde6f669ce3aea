#include "iam/entity_store.hpp"

#include "stratolite/base/encoding.hpp"

// Literals are joined: statements are found again by the address of their text.
#define ENTITY_COLUMNS \
  "e.id, e.account, e.kind, e.name, e.path, e.unique_id, e.arn, e.created_at, e.tags, e.boundary, e.details"

namespace stratolite::iam {
namespace {

Entity ReadEntity(const storage::Row& row) {
  Entity entity;
  entity.id = row.Int(0);
  entity.account = AccountId(row.Text(1));
  entity.kind = static_cast<EntityKind>(row.Int(2));
  entity.name = row.Text(3);
  entity.path = row.Text(4);
  entity.unique_id = row.Text(5);
  entity.arn = row.Text(6);
  entity.created_at = row.Time(7);
  entity.tags = Json::parse(row.TextView(8)).get<Tags>();
  entity.boundary = row.Text(9);
  entity.details = Json::parse(row.TextView(10));
  return entity;
}

std::vector<Entity> ReadEntities(storage::Reader& reader, std::string_view sql, storage::Binds binds) {
  std::vector<Entity> entities;
  reader.Query(sql, binds, [&](const storage::Row& row) { entities.push_back(ReadEntity(row)); });
  return entities;
}

/// The first text after all those that begin with `prefix`. Prefixes are not empty and hold no byte 0xFF: they are UTF-8.
std::string After(std::string_view prefix) {
  std::string end(prefix);
  ++end.back();
  return end;
}

std::int64_t CountOf(storage::Reader& reader, std::string_view sql, storage::Binds binds) {
  return reader.QueryOne(sql, binds, [](const storage::Row& row) { return row.Int(0); }).value_or(0);
}

}  // namespace

void EntityStore::Touch(storage::Txn& txn) {
  txn.OnCommit([this] { generation_.fetch_add(1, std::memory_order_acq_rel); });
}

std::optional<Entity> EntityStore::Find(storage::Reader& reader, const AccountId& account, EntityKind kind,
                                        std::string_view name) {
  return reader.QueryOne("SELECT " ENTITY_COLUMNS
                         " FROM iam_entity e WHERE e.account = ? AND e.kind = ? AND e.lookup_name = ?",
                         {account.str(), static_cast<std::int64_t>(kind), AsciiLower(name)}, ReadEntity);
}

std::optional<Entity> EntityStore::FindById(storage::Reader& reader, EntityId id) {
  return reader.QueryOne("SELECT " ENTITY_COLUMNS " FROM iam_entity e WHERE e.id = ?", {id}, ReadEntity);
}

std::optional<Entity> EntityStore::FindByArn(storage::Reader& reader, std::string_view arn) {
  return reader.QueryOne("SELECT " ENTITY_COLUMNS " FROM iam_entity e WHERE e.arn = ?", {arn}, ReadEntity);
}

std::optional<Entity> EntityStore::FindByUniqueId(storage::Reader& reader, std::string_view unique_id) {
  return reader.QueryOne("SELECT " ENTITY_COLUMNS " FROM iam_entity e WHERE e.unique_id = ?", {unique_id}, ReadEntity);
}

std::vector<Entity> EntityStore::List(storage::Reader& reader, const AccountId& account, EntityKind kind,
                                      std::string_view path_prefix, std::string_view after, std::int64_t limit) {
  const auto number = static_cast<std::int64_t>(kind);
  if (path_prefix.empty() || path_prefix == "/") {
    return ReadEntities(reader,
                        "SELECT " ENTITY_COLUMNS
                        " FROM iam_entity e WHERE e.account = ? AND e.kind = ? AND e.lookup_name > ?"
                        " ORDER BY e.lookup_name LIMIT ?",
                        {account.str(), number, after, limit});
  }
  return ReadEntities(reader,
                      "SELECT " ENTITY_COLUMNS
                      " FROM iam_entity e WHERE e.account = ? AND e.kind = ? AND e.lookup_name > ?"
                      " AND e.path >= ? AND e.path < ? ORDER BY e.lookup_name LIMIT ?",
                      {account.str(), number, after, path_prefix, After(path_prefix), limit});
}

std::int64_t EntityStore::Count(storage::Reader& reader, const AccountId& account, EntityKind kind) {
  return CountOf(reader, "SELECT COUNT(*) FROM iam_entity WHERE account = ? AND kind = ?",
                 {account.str(), static_cast<std::int64_t>(kind)});
}

void EntityStore::Insert(storage::Txn& txn, Entity& entity) {
  txn.Run(
      "INSERT INTO iam_entity (account, kind, lookup_name, name, path, unique_id, arn, created_at, tags, boundary,"
      " details) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
      {entity.account.str(), static_cast<std::int64_t>(entity.kind), AsciiLower(entity.name), entity.name, entity.path,
       entity.unique_id, entity.arn, entity.created_at, Json(entity.tags).dump(), entity.boundary,
       entity.details.dump()});
  entity.id = txn.last_insert_rowid();
  Touch(txn);
}

void EntityStore::Update(storage::Txn& txn, const Entity& entity) {
  txn.Run(
      "UPDATE iam_entity SET lookup_name = ?, name = ?, path = ?, unique_id = ?, arn = ?, created_at = ?, tags = ?,"
      " boundary = ?, details = ? WHERE id = ?",
      {AsciiLower(entity.name), entity.name, entity.path, entity.unique_id, entity.arn, entity.created_at,
       Json(entity.tags).dump(), entity.boundary, entity.details.dump(), entity.id});
  Touch(txn);
}

void EntityStore::Delete(storage::Txn& txn, const Entity& entity) {
  txn.Run("DELETE FROM iam_member WHERE container = ?", {entity.id});
  txn.Run("DELETE FROM iam_member WHERE member = ?", {entity.id});
  txn.Run("DELETE FROM iam_inline_policy WHERE entity = ?", {entity.id});
  txn.Run("DELETE FROM iam_attachment WHERE entity = ?", {entity.id});
  txn.Run("DELETE FROM iam_entity WHERE id = ?", {entity.id});
  Touch(txn);
}

void EntityStore::AddMember(storage::Txn& txn, EntityId container, EntityId member) {
  if (IsMember(txn, container, member)) return;
  txn.Run("INSERT INTO iam_member (container, member) VALUES (?, ?)", {container, member});
  Touch(txn);
}

void EntityStore::RemoveMember(storage::Txn& txn, EntityId container, EntityId member) {
  txn.Run("DELETE FROM iam_member WHERE container = ? AND member = ?", {container, member});
  Touch(txn);
}

bool EntityStore::IsMember(storage::Reader& reader, EntityId container, EntityId member) {
  return CountOf(reader, "SELECT COUNT(*) FROM iam_member WHERE container = ? AND member = ?", {container, member}) > 0;
}

std::vector<Entity> EntityStore::ListMembers(storage::Reader& reader, EntityId container, std::string_view after,
                                             std::int64_t limit) {
  return ReadEntities(reader,
                      "SELECT " ENTITY_COLUMNS
                      " FROM iam_member m JOIN iam_entity e ON e.id = m.member"
                      " WHERE m.container = ? AND e.lookup_name > ? ORDER BY e.lookup_name LIMIT ?",
                      {container, after, limit});
}

std::vector<Entity> EntityStore::ListContainers(storage::Reader& reader, EntityId member, std::string_view after,
                                                std::int64_t limit) {
  return ReadEntities(reader,
                      "SELECT " ENTITY_COLUMNS
                      " FROM iam_member m JOIN iam_entity e ON e.id = m.container"
                      " WHERE m.member = ? AND e.lookup_name > ? ORDER BY e.lookup_name LIMIT ?",
                      {member, after, limit});
}

void EntityStore::PutInlinePolicy(storage::Txn& txn, EntityId entity, const InlinePolicy& policy) {
  txn.Run("DELETE FROM iam_inline_policy WHERE entity = ? AND name = ?", {entity, policy.name});
  txn.Run("INSERT INTO iam_inline_policy (entity, name, document) VALUES (?, ?, ?)",
          {entity, policy.name, policy.document});
  Touch(txn);
}

bool EntityStore::DeleteInlinePolicy(storage::Txn& txn, EntityId entity, std::string_view name) {
  Touch(txn);
  return txn.Run("DELETE FROM iam_inline_policy WHERE entity = ? AND name = ?", {entity, name}) > 0;
}

std::optional<InlinePolicy> EntityStore::FindInlinePolicy(storage::Reader& reader, EntityId entity,
                                                          std::string_view name) {
  return reader.QueryOne("SELECT name, document FROM iam_inline_policy WHERE entity = ? AND name = ?", {entity, name},
                         [](const storage::Row& row) { return InlinePolicy{row.Text(0), row.Text(1)}; });
}

std::vector<InlinePolicy> EntityStore::ListInlinePolicies(storage::Reader& reader, EntityId entity,
                                                          std::string_view after, std::int64_t limit) {
  std::vector<InlinePolicy> policies;
  reader.Query("SELECT name, document FROM iam_inline_policy WHERE entity = ? AND name > ? ORDER BY name LIMIT ?",
               {entity, after, limit},
               [&](const storage::Row& row) { policies.push_back({row.Text(0), row.Text(1)}); });
  return policies;
}

void EntityStore::Attach(storage::Txn& txn, const Entity& entity, std::string_view policy_arn) {
  Detach(txn, entity.id, policy_arn);
  txn.Run("INSERT INTO iam_attachment (entity, account, policy_arn) VALUES (?, ?, ?)",
          {entity.id, entity.account.str(), policy_arn});
}

bool EntityStore::Detach(storage::Txn& txn, EntityId entity, std::string_view policy_arn) {
  Touch(txn);
  return txn.Run("DELETE FROM iam_attachment WHERE entity = ? AND policy_arn = ?", {entity, policy_arn}) > 0;
}

std::vector<std::string> EntityStore::ListAttached(storage::Reader& reader, EntityId entity, std::string_view after,
                                                   std::int64_t limit) {
  std::vector<std::string> arns;
  reader.Query("SELECT policy_arn FROM iam_attachment WHERE entity = ? AND policy_arn > ? ORDER BY policy_arn LIMIT ?",
               {entity, after, limit}, [&](const storage::Row& row) { arns.push_back(row.Text(0)); });
  return arns;
}

std::vector<Entity> EntityStore::ListAttachedTo(storage::Reader& reader, const AccountId& account,
                                                std::string_view policy_arn, EntityId after, std::int64_t limit) {
  return ReadEntities(reader,
                      "SELECT " ENTITY_COLUMNS
                      " FROM iam_attachment a JOIN iam_entity e ON e.id = a.entity"
                      " WHERE a.account = ? AND a.policy_arn = ? AND a.entity > ? ORDER BY a.entity LIMIT ?",
                      {account.str(), policy_arn, after, limit});
}

std::vector<Entity> EntityStore::ListBoundedBy(storage::Reader& reader, const AccountId& account,
                                               std::string_view policy_arn, EntityId after, std::int64_t limit) {
  return ReadEntities(reader,
                      "SELECT " ENTITY_COLUMNS
                      " FROM iam_entity e WHERE e.account = ? AND e.boundary = ? AND e.id > ? ORDER BY e.id LIMIT ?",
                      {account.str(), policy_arn, after, limit});
}

std::int64_t EntityStore::CountAttachments(storage::Reader& reader, const AccountId& account,
                                           std::string_view policy_arn) {
  return CountOf(reader, "SELECT COUNT(*) FROM iam_attachment WHERE account = ? AND policy_arn = ?",
                 {account.str(), policy_arn});
}

std::int64_t EntityStore::CountBoundaries(storage::Reader& reader, const AccountId& account,
                                          std::string_view policy_arn) {
  return CountOf(reader, "SELECT COUNT(*) FROM iam_entity WHERE account = ? AND boundary = ?",
                 {account.str(), policy_arn});
}

}  // namespace stratolite::iam
