#include "organizations/request_store.hpp"

#include "stratolite/base/json.hpp"

#define REQUEST_COLUMNS \
  "id, organization, account_name, email, role_name, tags, state, requested_at, completed_at, account, failure_reason"
#define HANDSHAKE_COLUMNS \
  "id, organization, management, target, target_email, state, requested_at, expires_at, notes, tags"

namespace stratolite::organizations {
namespace {

AccountRequest ReadRequest(const storage::Row& row) {
  AccountRequest request;
  request.id = row.Text(0);
  request.organization = row.Text(1);
  request.account_name = row.Text(2);
  request.email = row.Text(3);
  request.role_name = row.Text(4);
  request.tags = Json::parse(row.TextView(5)).get<Tags>();
  request.state = row.Text(6);
  request.requested_at = row.Time(7);
  if (!row.IsNull(8)) request.completed_at = row.Time(8);
  request.account = row.Text(9);
  request.failure_reason = row.Text(10);
  return request;
}

Handshake ReadHandshake(const storage::Row& row) {
  Handshake handshake;
  handshake.id = row.Text(0);
  handshake.organization = row.Text(1);
  handshake.management = AccountId(row.Text(2));
  handshake.target = AccountId(row.Text(3));
  handshake.target_email = row.Text(4);
  handshake.state = row.Text(5);
  handshake.requested_at = row.Time(6);
  handshake.expires_at = row.Time(7);
  handshake.notes = row.Text(8);
  handshake.tags = Json::parse(row.TextView(9)).get<Tags>();
  return handshake;
}

}  // namespace

std::optional<AccountRequest> RequestStore::FindAccountRequest(storage::Reader& reader, std::string_view id) {
  return reader.QueryOne("SELECT " REQUEST_COLUMNS " FROM organizations_account_request WHERE id = ?", {id},
                         ReadRequest);
}

std::vector<AccountRequest> RequestStore::ListAccountRequests(storage::Reader& reader, std::string_view organization) {
  std::vector<AccountRequest> requests;
  reader.Query("SELECT " REQUEST_COLUMNS " FROM organizations_account_request WHERE organization = ? ORDER BY id",
               {organization}, [&](const storage::Row& row) { requests.push_back(ReadRequest(row)); });
  return requests;
}

void RequestStore::Insert(storage::Txn& txn, const AccountRequest& request) {
  txn.Run("INSERT INTO organizations_account_request (" REQUEST_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?)",
          {request.id, request.organization, request.account_name, request.email, request.role_name,
           Json(request.tags).dump(), request.state, request.requested_at, request.completed_at, request.account,
           request.failure_reason});
}

void RequestStore::Update(storage::Txn& txn, const AccountRequest& request) {
  txn.Run(
      "UPDATE organizations_account_request SET state = ?, completed_at = ?, account = ?, failure_reason = ? WHERE id "
      "= ?",
      {request.state, request.completed_at, request.account, request.failure_reason, request.id});
}

std::optional<Handshake> RequestStore::FindHandshake(storage::Reader& reader, std::string_view id) {
  return reader.QueryOne("SELECT " HANDSHAKE_COLUMNS " FROM organizations_handshake WHERE id = ?", {id}, ReadHandshake);
}

std::vector<Handshake> RequestStore::ListHandshakesOf(storage::Reader& reader, std::string_view organization) {
  std::vector<Handshake> handshakes;
  reader.Query("SELECT " HANDSHAKE_COLUMNS " FROM organizations_handshake WHERE organization = ? ORDER BY id",
               {organization}, [&](const storage::Row& row) { handshakes.push_back(ReadHandshake(row)); });
  return handshakes;
}

std::vector<Handshake> RequestStore::ListHandshakesTo(storage::Reader& reader, const AccountId& target) {
  std::vector<Handshake> handshakes;
  reader.Query("SELECT " HANDSHAKE_COLUMNS " FROM organizations_handshake WHERE target = ? ORDER BY id", {target},
               [&](const storage::Row& row) { handshakes.push_back(ReadHandshake(row)); });
  return handshakes;
}

void RequestStore::Insert(storage::Txn& txn, const Handshake& handshake) {
  txn.Run(
      "INSERT INTO organizations_handshake (" HANDSHAKE_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?)",
      {handshake.id, handshake.organization, handshake.management, handshake.target, handshake.target_email,
       handshake.state, handshake.requested_at, handshake.expires_at, handshake.notes, Json(handshake.tags).dump()});
}

void RequestStore::SetState(storage::Txn& txn, const Handshake& handshake, std::string_view state) {
  txn.Run("UPDATE organizations_handshake SET state = ? WHERE id = ?", {state, handshake.id});
}

std::vector<std::pair<std::string, TimePoint>> RequestStore::ListServices(storage::Reader& reader,
                                                                          std::string_view organization) {
  std::vector<std::pair<std::string, TimePoint>> services;
  reader.Query("SELECT principal, enabled_at FROM organizations_service WHERE organization = ? ORDER BY principal",
               {organization}, [&](const storage::Row& row) { services.emplace_back(row.Text(0), row.Time(1)); });
  return services;
}

void RequestStore::EnableService(storage::Txn& txn, std::string_view organization, std::string_view principal,
                                 TimePoint now) {
  txn.Run(
      "INSERT INTO organizations_service (organization, principal, enabled_at) VALUES (?,?,?) ON CONFLICT "
      "(organization, principal) DO NOTHING",
      {organization, principal, now});
}

void RequestStore::DisableService(storage::Txn& txn, std::string_view organization, std::string_view principal) {
  txn.Run("DELETE FROM organizations_service WHERE organization = ? AND principal = ?", {organization, principal});
}

}  // namespace stratolite::organizations
