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
      authorizer_(deps),
      connections_(deps, authorizer_),
      destinations_(deps),
      api_calls_(deps, authorizer_,
                 [this](storage::Txn& txn, const Delivery& delivery, const ApiDestinationDeliveries::GivenUp& reason) {
                   dispatch_.OnGivenUp(txn, delivery, reason);
                 }),
      api_answers_(deps, authorizer_),
      target_(deps, buses, dispatch_, api_calls_) {
  deps.events.Offer("events", &target_);
  deps.ports.Offer<ports::EventBus>(&target_);
  deps.ports.Offer<ports::ApiDestinations>(&api_answers_);
}

void EventEngine::Register(OperationTable& operations) {
  operations.Add("PutEvents", &put_events_, &PutEventsOperations::PutEvents);
  connections_.Register(operations);
  destinations_.Register(operations);
}

void EventEngine::Start() {
  archive_.Start();
  dispatch_.Start();
  replays_.Start();
  schedules_.Start();
}

void EventEngine::Clear() {
  archive_.Clear();
  api_calls_.Clear();
}

}  // namespace stratolite::events
