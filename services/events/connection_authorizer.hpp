#pragma once

#include <functional>
#include <memory>
#include <string>

#include "events/destination_store.hpp"
#include "stratolite/ports/http_client.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Fetches OAuth tokens for connections, from the endpoint that they name, by client credentials (RFC 6749, 4.4). Thread-safe. Blocks.
class ConnectionAuthorizer {
 public:
  explicit ConnectionAuthorizer(const ServiceDeps& deps);

  /// As due work after the caller's transaction: the connection is AUTHORIZED or, with a reason, DEAUTHORIZED then.
  void FetchLater(storage::Txn& txn, const Connection& connection);
  /// Fetches now. `then` hears of the connection as it is afterwards, on a thread where it may block; an error where there is no token, and nothing but
  /// `Stopped` when the world ends. Not from within a transaction.
  void Fetch(const Connection& connection, std::function<void(Result<Connection>)> then);

 private:
  void OnDue(const runtime::DueTask& task);

  const ServiceDeps deps_;
};

/// The request for a token. Errors: its connection has no parameters for one.
Result<ports::HttpClient::Request> TokenRequest(const Connection& connection);

}  // namespace stratolite::events
