#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Connections: how API destinations are authorized. OAuth tokens are fetched for real, as due work after the transaction that asks for one.
/// Thread-safe. Blocks.
class ConnectionOperations {
 public:
  explicit ConnectionOperations(const ServiceDeps& deps);

  void Register(OperationTable& operations);

  Result<Json> CreateConnection(const Call& call);
  Result<Json> UpdateConnection(const Call& call);
  Result<Json> DeleteConnection(const Call& call);
  Result<Json> DescribeConnection(const Call& call);
  Result<Json> DeauthorizeConnection(const Call& call);
  Result<Json> ListConnections(const Call& call);

 private:
  const ServiceDeps deps_;
};

}  // namespace stratolite::events
