#include "iam/delegation_store.hpp"

namespace stratolite::iam {
namespace {

DelegationRequest ReadDelegation(const storage::Row& row) {
  DelegationRequest request;
  request.id = row.Text(0);
  request.owner_account = row.Text(1);
  request.created_at = row.Time(2);
  request.details = Json::parse(row.TextView(3));
  return request;
}

}  // namespace

std::optional<DelegationRequest> DelegationStore::Find(storage::Reader& reader, std::string_view id) {
  return reader.QueryOne("SELECT id, owner_account, created_at, details FROM iam_delegation WHERE id = ?", {id},
                         ReadDelegation);
}

std::vector<DelegationRequest> DelegationStore::List(storage::Reader& reader, const AccountId& owner_account,
                                                     std::string_view after, std::int64_t limit) {
  std::vector<DelegationRequest> requests;
  reader.Query(
      "SELECT id, owner_account, created_at, details FROM iam_delegation WHERE owner_account = ? AND id > ?"
      " ORDER BY id LIMIT ?",
      {owner_account.str(), after, limit}, [&](const storage::Row& row) { requests.push_back(ReadDelegation(row)); });
  return requests;
}

void DelegationStore::Put(storage::Txn& txn, const DelegationRequest& request) {
  txn.Run("DELETE FROM iam_delegation WHERE id = ?", {request.id});
  txn.Run("INSERT INTO iam_delegation (id, owner_account, created_at, details) VALUES (?,?,?,?)",
          {request.id, request.owner_account, request.created_at, request.details.dump()});
}

}  // namespace stratolite::iam
