#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {

/// How endpoints are authorized. Plain data.
struct Connection {
  std::int64_t id = 0;
  Scope scope;
  std::string name;
  /// The last part of its ARN.
  std::string uuid;
  std::string description;
  /// `API_KEY`, `BASIC`, `OAUTH_CLIENT_CREDENTIALS`.
  std::string authorization_type;
  /// AuthParameters as they were given, secrets included; an empty object once deauthorized.
  Json auth = Json::object();
  std::string kms_key;
  /// `AUTHORIZED`, `AUTHORIZING`, `DEAUTHORIZED`.
  std::string state;
  std::string state_reason;
  std::string secret_arn;
  TimePoint created_at;
  TimePoint modified_at;
  TimePoint authorized_at;
  /// OAuth: what was fetched last, with its type (`Bearer`); empty: none.
  std::string token;
  TimePoint token_expires_at;

  std::string arn() const;
  bool oauth() const { return authorization_type == "OAUTH_CLIENT_CREDENTIALS"; }
};

/// Plain data.
struct ApiDestination {
  std::int64_t id = 0;
  Scope scope;
  std::string name;
  std::string uuid;
  std::string description;
  std::string connection_arn;
  std::string endpoint;
  std::string method;
  std::int64_t rate_per_second = 300;
  TimePoint created_at;
  TimePoint modified_at;

  std::string arn() const;
};

/// An event on its way to an API destination. Plain data.
struct ApiCall {
  std::int64_t id = 0;
  Delivery delivery;
  TimePoint enqueued_at;
  /// Tries that have failed.
  int failures = 0;
};

/// Rows of connections, API destinations and the calls to be made. Thread-safe. Blocks.
namespace destination_store {

/// Of both lists: by name, after `after`, at most `limit`.
struct Filter {
  std::string prefix;
  /// A connection's state, or the ARN of a destination's connection; empty: any.
  std::string having;
  std::string after;
  std::int64_t limit = 0;
};

std::optional<Connection> FindConnection(storage::Reader& reader, const Scope& scope, std::string_view name);
std::optional<Connection> FindConnection(storage::Reader& reader, std::string_view arn);
std::vector<Connection> ListConnections(storage::Reader& reader, const Scope& scope, const Filter& filter);
void InsertConnection(storage::Txn& txn, const Connection& connection);
void UpdateConnection(storage::Txn& txn, const Connection& connection);
void DeleteConnection(storage::Txn& txn, const Connection& connection);

std::optional<ApiDestination> FindDestination(storage::Reader& reader, const Scope& scope, std::string_view name);
std::optional<ApiDestination> FindDestination(storage::Reader& reader, const Arn& arn);
std::vector<ApiDestination> ListDestinations(storage::Reader& reader, const Scope& scope, const Filter& filter);
void InsertDestination(storage::Txn& txn, const ApiDestination& destination);
void UpdateDestination(storage::Txn& txn, const ApiDestination& destination);
void DeleteDestination(storage::Txn& txn, const ApiDestination& destination);

/// Fills in the id, which is never given twice.
void InsertCall(storage::Txn& txn, ApiCall& call);
std::optional<ApiCall> FindCall(storage::Reader& reader, std::int64_t id);
void SetCallFailures(storage::Txn& txn, std::int64_t id, int failures);
void DeleteCall(storage::Txn& txn, std::int64_t id);

}  // namespace destination_store

}  // namespace stratolite::events
