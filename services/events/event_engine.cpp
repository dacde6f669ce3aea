#include "events/event_engine.hpp"

#include "stratolite/ports/registry.hpp"

namespace stratolite::events {

EventEngine::EventEngine(const ServiceDeps& deps, BusStore& buses)
    : deps_(deps),
      archive_(deps),
      dispatch_(deps, buses, archive_),
      replays_(deps, buses, archive_, dispatch_),
      schedules_(deps, dispatch_),
      put_events_(deps, buses, dispatch_),
      target_(deps, buses, dispatch_) {
  deps.events.Offer("events", &target_);
  deps.ports.Offer<ports::EventBus>(&target_);
}

void EventEngine::Register(OperationTable& operations) {
  operations.Add("PutEvents", &put_events_, &PutEventsOperations::PutEvents).partial_note =
      "EndpointId is taken and not looked at";
}

void EventEngine::Start() {
  archive_.Start();
  dispatch_.Start();
  replays_.Start();
  schedules_.Start();
}

void EventEngine::Clear() { archive_.Clear(); }

}  // namespace stratolite::events
