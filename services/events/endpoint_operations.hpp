#pragma once

#include "events/endpoint_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Global endpoints. Health checks are kept, never asked: the primary region is always in service. Everything given must outlive it. Thread-safe. Blocks.
class EndpointOperations {
 public:
  explicit EndpointOperations(const ServiceDeps& deps) : deps_(deps) {}

  Result<Json> CreateEndpoint(const Call& call);
  Result<Json> UpdateEndpoint(const Call& call);
  Result<Json> DeleteEndpoint(const Call& call);
  Result<Json> DescribeEndpoint(const Call& call);
  Result<Json> ListEndpoints(const Call& call);

 private:
  const ServiceDeps deps_;
};

}  // namespace stratolite::events
