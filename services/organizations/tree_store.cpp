#include "organizations/tree_store.hpp"

#include <algorithm>

#include "stratolite/base/json.hpp"

// Literals are joined: statements are found again by the address of their text.
#define ORGANIZATION_COLUMNS "id, management, email, feature_set, root_id, root_tags, policy_types"
#define UNIT_COLUMNS "id, organization, parent, name, tags"
#define ACCOUNT_COLUMNS "id, organization, parent, name, email, state, joined_method, joined_at, tags"

namespace stratolite::organizations {
namespace {

Organization ReadOrganization(const storage::Row& row) {
  Organization organization;
  organization.id = row.Text(0);
  organization.management = AccountId(row.Text(1));
  organization.email = row.Text(2);
  organization.feature_set = row.Text(3);
  organization.root_id = row.Text(4);
  organization.root_tags = Json::parse(row.TextView(5)).get<Tags>();
  organization.policy_types = Json::parse(row.TextView(6)).get<std::vector<std::string>>();
  return organization;
}

Unit ReadUnit(const storage::Row& row) {
  return {row.Text(0), row.Text(1), row.Text(2), row.Text(3), Json::parse(row.TextView(4)).get<Tags>()};
}

Account ReadAccount(const storage::Row& row) {
  Account account;
  account.id = AccountId(row.Text(0));
  account.organization = row.Text(1);
  account.parent = row.Text(2);
  account.name = row.Text(3);
  account.email = row.Text(4);
  account.state = row.Text(5);
  account.joined_method = row.Text(6);
  account.joined_at = row.Time(7);
  account.tags = Json::parse(row.TextView(8)).get<Tags>();
  return account;
}

}  // namespace

bool TreeStore::Any(storage::Reader& reader) {
  return reader.QueryInt("SELECT COUNT(*) FROM (SELECT 1 FROM organizations_organization LIMIT 1)") > 0;
}

std::optional<Organization> TreeStore::Find(storage::Reader& reader, std::string_view id) {
  return reader.QueryOne("SELECT " ORGANIZATION_COLUMNS " FROM organizations_organization WHERE id = ?", {id},
                         ReadOrganization);
}

void TreeStore::Insert(storage::Txn& txn, const Organization& organization) {
  txn.Run("INSERT INTO organizations_organization (" ORGANIZATION_COLUMNS ") VALUES (?,?,?,?,?,?,?)",
          {organization.id, organization.management, organization.email, organization.feature_set, organization.root_id,
           Json(organization.root_tags).dump(), Json(organization.policy_types).dump()});
  changes_.Touch(txn);
}

void TreeStore::Update(storage::Txn& txn, const Organization& organization) {
  txn.Run("UPDATE organizations_organization SET root_tags = ?, policy_types = ? WHERE id = ?",
          {Json(organization.root_tags).dump(), Json(organization.policy_types).dump(), organization.id});
  changes_.Touch(txn);
}

void TreeStore::Delete(storage::Txn& txn, const Organization& organization) {
  txn.Run("DELETE FROM organizations_attachment WHERE organization = ?", {organization.id});
  txn.Run("DELETE FROM organizations_policy WHERE organization = ?", {organization.id});
  txn.Run("DELETE FROM organizations_unit WHERE organization = ?", {organization.id});
  txn.Run("DELETE FROM organizations_account WHERE organization = ?", {organization.id});
  txn.Run("DELETE FROM organizations_account_request WHERE organization = ?", {organization.id});
  txn.Run("DELETE FROM organizations_handshake WHERE organization = ?", {organization.id});
  txn.Run("DELETE FROM organizations_service WHERE organization = ?", {organization.id});
  txn.Run("DELETE FROM organizations_organization WHERE id = ?", {organization.id});
  changes_.Touch(txn);
}

std::optional<Unit> TreeStore::FindUnit(storage::Reader& reader, std::string_view organization, std::string_view id) {
  return reader.QueryOne("SELECT " UNIT_COLUMNS " FROM organizations_unit WHERE id = ? AND organization = ?",
                         {id, organization}, ReadUnit);
}

std::optional<Unit> TreeStore::FindUnitByName(storage::Reader& reader, std::string_view parent, std::string_view name) {
  return reader.QueryOne("SELECT " UNIT_COLUMNS " FROM organizations_unit WHERE parent = ? AND name = ?",
                         {parent, name}, ReadUnit);
}

std::vector<Unit> TreeStore::ListUnits(storage::Reader& reader, std::string_view organization, std::string_view parent,
                                       std::string_view after, std::int64_t limit) {
  std::vector<Unit> units;
  reader.Query("SELECT " UNIT_COLUMNS
               " FROM organizations_unit WHERE organization = ? AND parent = ? AND id > ? ORDER BY id LIMIT ?",
               {organization, parent, after, limit}, [&](const storage::Row& row) { units.push_back(ReadUnit(row)); });
  return units;
}

void TreeStore::Insert(storage::Txn& txn, const Unit& unit) {
  txn.Run("INSERT INTO organizations_unit (" UNIT_COLUMNS ") VALUES (?,?,?,?,?)",
          {unit.id, unit.organization, unit.parent, unit.name, Json(unit.tags).dump()});
  changes_.Touch(txn);
}

void TreeStore::Update(storage::Txn& txn, const Unit& unit) {
  txn.Run("UPDATE organizations_unit SET name = ?, tags = ? WHERE id = ?",
          {unit.name, Json(unit.tags).dump(), unit.id});
}

void TreeStore::Delete(storage::Txn& txn, const Unit& unit) {
  txn.Run("DELETE FROM organizations_attachment WHERE organization = ? AND target = ?", {unit.organization, unit.id});
  txn.Run("DELETE FROM organizations_unit WHERE id = ?", {unit.id});
  changes_.Touch(txn);
}

std::optional<Account> TreeStore::FindAccount(storage::Reader& reader, const AccountId& id) {
  return reader.QueryOne("SELECT " ACCOUNT_COLUMNS " FROM organizations_account WHERE id = ?", {id}, ReadAccount);
}

bool TreeStore::KnowsEmail(storage::Reader& reader, std::string_view email) {
  return reader.QueryInt("SELECT COUNT(*) FROM organizations_account WHERE email = ?", {email}) > 0;
}

std::vector<Account> TreeStore::ListAccounts(storage::Reader& reader, std::string_view organization,
                                             std::string_view parent, std::string_view after, std::int64_t limit) {
  std::vector<Account> accounts;
  const auto add = [&](const storage::Row& row) { accounts.push_back(ReadAccount(row)); };
  if (parent.empty()) {
    reader.Query("SELECT " ACCOUNT_COLUMNS
                 " FROM organizations_account WHERE organization = ? AND id > ? ORDER BY id LIMIT ?",
                 {organization, after, limit}, add);
  } else {
    reader.Query("SELECT " ACCOUNT_COLUMNS
                 " FROM organizations_account WHERE organization = ? AND parent = ? AND id > ? ORDER BY id LIMIT ?",
                 {organization, parent, after, limit}, add);
  }
  return accounts;
}

void TreeStore::Insert(storage::Txn& txn, const Account& account) {
  txn.Run("INSERT INTO organizations_account (" ACCOUNT_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?)",
          {account.id, account.organization, account.parent, account.name, account.email, account.state,
           account.joined_method, account.joined_at, Json(account.tags).dump()});
  changes_.Touch(txn);
}

void TreeStore::Update(storage::Txn& txn, const Account& account) {
  txn.Run("UPDATE organizations_account SET parent = ?, state = ?, tags = ? WHERE id = ?",
          {account.parent, account.state, Json(account.tags).dump(), account.id});
  changes_.Touch(txn);
}

void TreeStore::Delete(storage::Txn& txn, const Account& account) {
  txn.Run("DELETE FROM organizations_attachment WHERE organization = ? AND target = ?",
          {account.organization, account.id});
  txn.Run("DELETE FROM organizations_account WHERE id = ?", {account.id});
  changes_.Touch(txn);
}

std::vector<std::string> TreeStore::LineTo(storage::Reader& reader, const Organization& organization,
                                           std::string_view parent) {
  std::vector<std::string> line;
  std::string at(parent);
  while (at != organization.root_id) {
    const auto unit = FindUnit(reader, organization.id, at);
    if (!unit) return {};
    line.push_back(unit->id);
    at = unit->parent;
  }
  line.push_back(organization.root_id);
  std::reverse(line.begin(), line.end());
  return line;
}

std::string TreeStore::PathTo(storage::Reader& reader, const Organization& organization, std::string_view parent) {
  std::string path = organization.id + "/";
  for (const std::string& id : LineTo(reader, organization, parent)) path.append(id).append("/");
  return path;
}

}  // namespace stratolite::organizations
