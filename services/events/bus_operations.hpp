#pragma once

#include "events/bus_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Event buses. Everything given must outlive it. Thread-safe. Blocks.
class BusOperations {
 public:
  BusOperations(const ServiceDeps& deps, BusStore& buses) : deps_(deps), buses_(buses) {}

  Result<Json> CreateEventBus(const Call& call);
  Result<Json> UpdateEventBus(const Call& call);
  Result<Json> DeleteEventBus(const Call& call);
  Result<Json> DescribeEventBus(const Call& call);
  Result<Json> ListEventBuses(const Call& call);

 private:
  const ServiceDeps deps_;
  BusStore& buses_;
};

}  // namespace stratolite::events
