#include "events/endpoint_store.hpp"

#include <fmt/format.h>

namespace stratolite::events {
namespace {

// The columns must come in the order that ToEndpoint reads.
constexpr std::string_view kEndpointByName =
    "SELECT id, account, region, name, endpoint_id, document, created_at, modified_at FROM events_endpoint WHERE"
    " account = ? AND region = ? AND name = ?";
constexpr std::string_view kEndpointById =
    "SELECT id, account, region, name, endpoint_id, document, created_at, modified_at FROM events_endpoint WHERE"
    " account = ? AND endpoint_id = ?";
constexpr std::string_view kEndpoints =
    "SELECT id, account, region, name, endpoint_id, document, created_at, modified_at FROM events_endpoint WHERE"
    " account = ? AND region = ? AND name > ? AND substr(name, 1, ?) = ? ORDER BY name LIMIT ?";

EndpointPtr ToEndpoint(const storage::Row& row) {
  auto endpoint = std::make_shared<Endpoint>();
  endpoint->id = row.Int(0);
  endpoint->scope = {AccountId(row.Text(1)), Region(row.Text(2))};
  endpoint->name = row.Text(3);
  endpoint->arn = MakeArn("events", endpoint->scope, fmt::format("endpoint/{}", endpoint->name)).ToString();
  endpoint->endpoint_id = row.Text(4);
  endpoint->document = Json::parse(row.TextView(5));
  endpoint->created_at = row.Time(6);
  endpoint->modified_at = row.Time(7);
  return endpoint;
}

}  // namespace

EndpointPtr EndpointStore::Find(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader.QueryOne(kEndpointByName, {scope.account, scope.region, name}, ToEndpoint).value_or(nullptr);
}

EndpointPtr EndpointStore::FindById(storage::Reader& reader, const AccountId& account, std::string_view endpoint_id) {
  return reader.QueryOne(kEndpointById, {account, endpoint_id}, ToEndpoint).value_or(nullptr);
}

void EndpointStore::Insert(storage::Txn& txn, const Endpoint& endpoint) {
  txn.Run(
      "INSERT INTO events_endpoint (account, region, name, endpoint_id, document, created_at, modified_at)"
      " VALUES (?,?,?,?,?,?,?)",
      {endpoint.scope.account, endpoint.scope.region, endpoint.name, endpoint.endpoint_id, endpoint.document.dump(),
       endpoint.created_at, endpoint.modified_at});
}

void EndpointStore::Update(storage::Txn& txn, const Endpoint& endpoint) {
  txn.Run("UPDATE events_endpoint SET document = ?, modified_at = ? WHERE id = ?",
          {endpoint.document.dump(), endpoint.modified_at, endpoint.id});
}

void EndpointStore::Delete(storage::Txn& txn, const Endpoint& endpoint) {
  txn.Run("DELETE FROM events_endpoint WHERE id = ?", {endpoint.id});
}

std::vector<EndpointPtr> EndpointStore::List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                             std::string_view after, std::int64_t limit) {
  std::vector<EndpointPtr> endpoints;
  reader.Query(kEndpoints, {scope.account, scope.region, after, prefix.size(), prefix, limit},
               [&](const storage::Row& row) { endpoints.push_back(ToEndpoint(row)); });
  return endpoints;
}

}  // namespace stratolite::events
