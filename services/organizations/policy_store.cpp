#include "organizations/policy_store.hpp"

#include <algorithm>

#include "stratolite/base/json.hpp"

#define POLICY_COLUMNS "id, organization, type, name, description, content, tags"

namespace stratolite::organizations {
namespace {

Policy ReadPolicy(const storage::Row& row) {
  return {row.Text(0),
          row.Text(1),
          row.Text(2),
          row.Text(3),
          row.Text(4),
          row.Text(5),
          Json::parse(row.TextView(6)).get<Tags>()};
}

void SortById(std::vector<Policy>& policies) {
  std::sort(policies.begin(), policies.end(), [](const Policy& a, const Policy& b) { return a.id < b.id; });
}

}  // namespace

std::optional<Policy> PolicyStore::Find(storage::Reader& reader, std::string_view organization, std::string_view id) {
  if (auto own = FindAwsPolicy(id)) return own;
  return reader.QueryOne("SELECT " POLICY_COLUMNS " FROM organizations_policy WHERE id = ? AND organization = ?",
                         {id, organization}, ReadPolicy);
}

bool PolicyStore::NameIsTaken(storage::Reader& reader, const Policy& policy) {
  if (FullAccessPolicyOf(policy.type)->name == policy.name) return true;
  return reader.QueryInt(
             "SELECT COUNT(*) FROM organizations_policy WHERE organization = ? AND type = ? AND name = ? AND id <> ?",
             {policy.organization, policy.type, policy.name, policy.id}) > 0;
}

std::vector<Policy> PolicyStore::List(storage::Reader& reader, std::string_view organization, std::string_view type) {
  std::vector<Policy> policies;
  if (auto own = FullAccessPolicyOf(type)) policies.push_back(*std::move(own));
  reader.Query("SELECT " POLICY_COLUMNS " FROM organizations_policy WHERE organization = ? AND type = ?",
               {organization, type}, [&](const storage::Row& row) { policies.push_back(ReadPolicy(row)); });
  SortById(policies);
  return policies;
}

bool PolicyStore::HasOwn(storage::Reader& reader, std::string_view organization) {
  return reader.QueryInt("SELECT COUNT(*) FROM organizations_policy WHERE organization = ?", {organization}) > 0;
}

void PolicyStore::Insert(storage::Txn& txn, const Policy& policy) {
  txn.Run("INSERT INTO organizations_policy (" POLICY_COLUMNS ") VALUES (?,?,?,?,?,?,?)",
          {policy.id, policy.organization, policy.type, policy.name, policy.description, policy.content,
           Json(policy.tags).dump()});
}

void PolicyStore::Update(storage::Txn& txn, const Policy& policy) {
  txn.Run("UPDATE organizations_policy SET name = ?, description = ?, content = ?, tags = ? WHERE id = ?",
          {policy.name, policy.description, policy.content, Json(policy.tags).dump(), policy.id});
  changes_.Touch(txn);
}

void PolicyStore::Delete(storage::Txn& txn, const Policy& policy) {
  txn.Run("DELETE FROM organizations_policy WHERE id = ?", {policy.id});
}

void PolicyStore::Attach(storage::Txn& txn, std::string_view organization, std::string_view target,
                         const Policy& policy) {
  txn.Run("INSERT INTO organizations_attachment (organization, target, policy, type) VALUES (?,?,?,?)",
          {organization, target, policy.id, policy.type});
  changes_.Touch(txn);
}

bool PolicyStore::Detach(storage::Txn& txn, std::string_view organization, std::string_view target,
                         const Policy& policy) {
  changes_.Touch(txn);
  return txn.Run("DELETE FROM organizations_attachment WHERE organization = ? AND target = ? AND policy = ?",
                 {organization, target, policy.id}) > 0;
}

bool PolicyStore::IsAttached(storage::Reader& reader, std::string_view organization, std::string_view target,
                             const Policy& policy) {
  return reader.QueryInt(
             "SELECT COUNT(*) FROM organizations_attachment WHERE organization = ? AND target = ? AND policy = ?",
             {organization, target, policy.id}) > 0;
}

std::vector<Policy> PolicyStore::ListOfTarget(storage::Reader& reader, std::string_view organization,
                                              std::string_view target, std::string_view type) {
  std::vector<Policy> policies;
  reader.Query(
      "SELECT policy FROM organizations_attachment WHERE organization = ? AND target = ? AND type = ? ORDER BY policy",
      {organization, target, type}, [&](const storage::Row& row) {
        if (auto policy = Find(reader, organization, row.Text(0))) policies.push_back(*std::move(policy));
      });
  return policies;
}

std::vector<std::string> PolicyStore::ListTargets(storage::Reader& reader, std::string_view organization,
                                                  std::string_view policy) {
  std::vector<std::string> targets;
  reader.Query("SELECT target FROM organizations_attachment WHERE organization = ? AND policy = ? ORDER BY target",
               {organization, policy}, [&](const storage::Row& row) { targets.push_back(row.Text(0)); });
  return targets;
}

void PolicyStore::AttachDefaults(storage::Txn& txn, const Organization& organization, std::string_view target) {
  for (const std::string& type : organization.policy_types)
    Attach(txn, organization.id, target, *FullAccessPolicyOf(type));
}

void PolicyStore::DetachAll(storage::Txn& txn, std::string_view organization, std::string_view type) {
  txn.Run("DELETE FROM organizations_attachment WHERE organization = ? AND type = ?", {organization, type});
  changes_.Touch(txn);
}

}  // namespace stratolite::organizations
