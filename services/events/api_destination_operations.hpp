#pragma once

#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// API destinations: HTTP endpoints outside that rules can have as targets. Thread-safe. Blocks.
class ApiDestinationOperations {
 public:
  explicit ApiDestinationOperations(const ServiceDeps& deps) : deps_(deps) {}

  void Register(OperationTable& operations);

  Result<Json> CreateApiDestination(const Call& call);
  Result<Json> UpdateApiDestination(const Call& call);
  Result<Json> DeleteApiDestination(const Call& call);
  Result<Json> DescribeApiDestination(const Call& call);
  Result<Json> ListApiDestinations(const Call& call);

 private:
  const ServiceDeps deps_;
};

}  // namespace stratolite::events
