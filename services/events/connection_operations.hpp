#pragma once

#include "events/connection_authorizer.hpp"
#include "events/destination_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Connections: how API destinations are authorized. OAuth tokens are fetched for real, as due work after the transaction that asks for one. Private
/// connectivity (VPC Lattice) is refused. Everything given must outlive it. Thread-safe. Blocks.
class ConnectionOperations {
 public:
  ConnectionOperations(const ServiceDeps& deps, ConnectionAuthorizer& authorizer)
      : deps_(deps), authorizer_(authorizer) {}

  void Register(OperationTable& operations);

  Result<Json> CreateConnection(const Call& call);
  Result<Json> UpdateConnection(const Call& call);
  Result<Json> DeleteConnection(const Call& call);
  Result<Json> DescribeConnection(const Call& call);
  Result<Json> DeauthorizeConnection(const Call& call);
  Result<Json> ListConnections(const Call& call);

 private:
  /// Begins with the authorization that its type asks for.
  void Authorize(storage::Txn& txn, Connection& connection);

  const ServiceDeps deps_;
  ConnectionAuthorizer& authorizer_;
};

}  // namespace stratolite::events
