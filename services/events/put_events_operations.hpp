#pragma once

#include "events/bus_store.hpp"
#include "events/event_dispatch.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// PutEvents: one transaction takes in all entries of a call with everything that they lead to. Everything given must outlive it. Thread-safe. Blocks.
class PutEventsOperations {
 public:
  PutEventsOperations(const ServiceDeps& deps, BusStore& buses, EventDispatch& dispatch)
      : deps_(deps), buses_(buses), dispatch_(dispatch) {}

  Result<Json> PutEvents(const Call& call);

 private:
  /// InvalidArgument, NotAuthorizedForSourceException, MalformedDetail: of the entry alone.
  /// `scope`: where the event happens.
  Result<Event> ReadEntry(const Call& call, const Scope& scope, const Json& entry);

  const ServiceDeps deps_;
  BusStore& buses_;
  EventDispatch& dispatch_;
};

}  // namespace stratolite::events
