#include "events/destination_store.hpp"

#include <fmt/format.h>

#include "stratolite/base/json_text.hpp"

namespace stratolite::events {

std::string Connection::arn() const {
  return MakeArn("events", scope, fmt::format("connection/{}/{}", name, uuid)).ToString();
}

std::string ApiDestination::arn() const {
  return MakeArn("events", scope, fmt::format("api-destination/{}/{}", name, uuid)).ToString();
}

namespace destination_store {
namespace {

Connection ToConnection(const storage::Row& row) {
  Connection connection;
  connection.id = row.Int(0);
  connection.scope = {AccountId(row.Text(1)), Region(row.Text(2))};
  connection.name = row.Text(3);
  connection.uuid = row.Text(4);
  connection.description = row.Text(5);
  connection.authorization_type = row.Text(6);
  connection.auth = ParseJsonText(row.TextView(7));
  connection.kms_key = row.Text(8);
  connection.state = row.Text(9);
  connection.state_reason = row.Text(10);
  connection.secret_arn = row.Text(11);
  connection.created_at = row.Time(12);
  connection.modified_at = row.Time(13);
  connection.authorized_at = row.Time(14);
  connection.token = row.Text(15);
  connection.token_expires_at = row.Time(16);
  return connection;
}

ApiDestination ToDestination(const storage::Row& row) {
  ApiDestination destination;
  destination.id = row.Int(0);
  destination.scope = {AccountId(row.Text(1)), Region(row.Text(2))};
  destination.name = row.Text(3);
  destination.uuid = row.Text(4);
  destination.description = row.Text(5);
  destination.connection_arn = row.Text(6);
  destination.endpoint = row.Text(7);
  destination.method = row.Text(8);
  destination.rate_per_second = row.Int(9);
  destination.created_at = row.Time(10);
  destination.modified_at = row.Time(11);
  return destination;
}

/// `<kind>/<name>/<uuid>`
struct Address {
  Scope scope;
  std::string name;
  std::string uuid;
};

std::optional<Address> AddressOf(const Arn& arn, std::string_view kind) {
  const std::string_view resource = arn.resource;
  if (arn.service != "events" || !resource.starts_with(kind)) return std::nullopt;
  const std::string_view rest = resource.substr(kind.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return Address{{AccountId(arn.account), Region(arn.region)},
                 std::string(rest.substr(0, slash)),
                 std::string(rest.substr(slash + 1))};
}

Json Pack(const Delivery& delivery) {
  return {{"target", delivery.target.ToString()},     {"service", delivery.source_service},
          {"source", delivery.source_arn.ToString()}, {"account", delivery.source_account.str()},
          {"trace", delivery.trace_header},           {"attributes", delivery.attributes},
          {"parameters", delivery.parameters}};
}

Delivery Unpack(const Json& packed, std::string body) {
  return {.target = Arn::Parse(packed.at("target").get<std::string>()).value_or(Arn()),
          .source_service = packed.at("service"),
          .source_arn = Arn::Parse(packed.at("source").get<std::string>()).value_or(Arn()),
          .source_account = AccountId(packed.at("account").get<std::string>()),
          .body = std::move(body),
          .trace_header = packed.at("trace"),
          .attributes = packed.at("attributes"),
          .parameters = packed.at("parameters")};
}

}  // namespace

std::optional<Connection> FindConnection(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader.QueryOne(
      "SELECT id, account, region, name, uuid, description, authorization_type, auth, kms_key, state, state_reason,"
      " secret_arn, created_at, modified_at, authorized_at, token, token_expires_at FROM events_connection"
      " WHERE account = ? AND region = ? AND name = ?",
      {scope.account, scope.region, name}, ToConnection);
}

std::optional<Connection> FindConnection(storage::Reader& reader, std::string_view arn) {
  const auto parsed = Arn::Parse(arn);
  const auto address = parsed ? AddressOf(*parsed, "connection/") : std::nullopt;
  auto found = address ? FindConnection(reader, address->scope, address->name) : std::nullopt;
  return found && found->uuid == address->uuid ? std::move(found) : std::nullopt;
}

std::vector<Connection> ListConnections(storage::Reader& reader, const Scope& scope, const Filter& filter) {
  std::vector<Connection> found;
  reader.Query(
      "SELECT id, account, region, name, uuid, description, authorization_type, auth, kms_key, state, state_reason,"
      " secret_arn, created_at, modified_at, authorized_at, token, token_expires_at FROM events_connection"
      " WHERE account = ? AND region = ? AND name > ? AND substr(name, 1, ?) = ? AND (? = '' OR state = ?)"
      " ORDER BY name LIMIT ?",
      {scope.account, scope.region, filter.after, filter.prefix.size(), filter.prefix, filter.having, filter.having,
       filter.limit},
      [&](const storage::Row& row) { found.push_back(ToConnection(row)); });
  return found;
}

void InsertConnection(storage::Txn& txn, const Connection& connection) {
  txn.Run(
      "INSERT INTO events_connection (account, region, name, uuid, description, authorization_type, auth, kms_key,"
      " state, state_reason, secret_arn, created_at, modified_at, authorized_at, token, token_expires_at)"
      " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {connection.scope.account, connection.scope.region, connection.name, connection.uuid, connection.description,
       connection.authorization_type, connection.auth.dump(), connection.kms_key, connection.state,
       connection.state_reason, connection.secret_arn, connection.created_at, connection.modified_at,
       connection.authorized_at, connection.token, connection.token_expires_at});
}

void UpdateConnection(storage::Txn& txn, const Connection& connection) {
  txn.Run(
      "UPDATE events_connection SET description = ?, authorization_type = ?, auth = ?, kms_key = ?, state = ?,"
      " state_reason = ?, modified_at = ?, authorized_at = ?, token = ?, token_expires_at = ? WHERE id = ?",
      {connection.description, connection.authorization_type, connection.auth.dump(), connection.kms_key,
       connection.state, connection.state_reason, connection.modified_at, connection.authorized_at, connection.token,
       connection.token_expires_at, connection.id});
}

void DeleteConnection(storage::Txn& txn, const Connection& connection) {
  txn.Run("DELETE FROM events_connection WHERE id = ?", {connection.id});
}

std::optional<ApiDestination> FindDestination(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader.QueryOne(
      "SELECT id, account, region, name, uuid, description, connection_arn, endpoint, method, rate_per_second,"
      " created_at, modified_at FROM events_api_destination WHERE account = ? AND region = ? AND name = ?",
      {scope.account, scope.region, name}, ToDestination);
}

std::optional<ApiDestination> FindDestination(storage::Reader& reader, const Arn& arn) {
  const auto address = AddressOf(arn, "api-destination/");
  auto found = address ? FindDestination(reader, address->scope, address->name) : std::nullopt;
  return found && found->uuid == address->uuid ? std::move(found) : std::nullopt;
}

std::vector<ApiDestination> ListDestinations(storage::Reader& reader, const Scope& scope, const Filter& filter) {
  std::vector<ApiDestination> found;
  reader.Query(
      "SELECT id, account, region, name, uuid, description, connection_arn, endpoint, method, rate_per_second,"
      " created_at, modified_at FROM events_api_destination"
      " WHERE account = ? AND region = ? AND name > ? AND substr(name, 1, ?) = ? AND (? = '' OR connection_arn = ?)"
      " ORDER BY name LIMIT ?",
      {scope.account, scope.region, filter.after, filter.prefix.size(), filter.prefix, filter.having, filter.having,
       filter.limit},
      [&](const storage::Row& row) { found.push_back(ToDestination(row)); });
  return found;
}

void InsertDestination(storage::Txn& txn, const ApiDestination& destination) {
  txn.Run(
      "INSERT INTO events_api_destination (account, region, name, uuid, description, connection_arn, endpoint, method,"
      " rate_per_second, created_at, modified_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
      {destination.scope.account, destination.scope.region, destination.name, destination.uuid, destination.description,
       destination.connection_arn, destination.endpoint, destination.method, destination.rate_per_second,
       destination.created_at, destination.modified_at});
}

void UpdateDestination(storage::Txn& txn, const ApiDestination& destination) {
  txn.Run(
      "UPDATE events_api_destination SET description = ?, connection_arn = ?, endpoint = ?, method = ?,"
      " rate_per_second = ?, modified_at = ? WHERE id = ?",
      {destination.description, destination.connection_arn, destination.endpoint, destination.method,
       destination.rate_per_second, destination.modified_at, destination.id});
}

void DeleteDestination(storage::Txn& txn, const ApiDestination& destination) {
  txn.Run("DELETE FROM events_api_destination WHERE id = ?", {destination.id});
}

void InsertCall(storage::Txn& txn, ApiCall& call) {
  txn.Run("INSERT INTO events_api_call (delivery, body, enqueued_at, failures) VALUES (?,?,?,?)",
          {Pack(call.delivery).dump(), call.delivery.body, call.enqueued_at, call.failures});
  call.id = txn.last_insert_rowid();
}

std::optional<ApiCall> FindCall(storage::Reader& reader, std::int64_t id) {
  return reader.QueryOne("SELECT id, delivery, body, enqueued_at, failures FROM events_api_call WHERE id = ?", {id},
                         [](const storage::Row& row) {
                           return ApiCall{row.Int(0), Unpack(Json::parse(row.TextView(1)), row.Text(2)), row.Time(3),
                                          static_cast<int>(row.Int(4))};
                         });
}

void SetCallFailures(storage::Txn& txn, std::int64_t id, int failures) {
  txn.Run("UPDATE events_api_call SET failures = ? WHERE id = ?", {failures, id});
}

void DeleteCall(storage::Txn& txn, std::int64_t id) { txn.Run("DELETE FROM events_api_call WHERE id = ?", {id}); }

}  // namespace destination_store

}  // namespace stratolite::events
