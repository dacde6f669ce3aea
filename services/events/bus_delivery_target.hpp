#pragma once

#include "events/api_destination_deliveries.hpp"
#include "events/bus_store.hpp"
#include "events/event_dispatch.hpp"
#include "stratolite/ports/event_bus.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Event buses and API destinations as the end of deliveries, and the default bus as the place for the platform's own events. A delivery for a bus is an
/// event: its body the JSON of an envelope, of which any part may be missing; or, when `parameters` has a DetailType, of the detail, and `parameters` has
/// Source, Resources and Time. Everything given must outlive it. Thread-safe. Blocks.
class BusDeliveryTarget final : public DeliveryTarget, public ports::EventBus {
 public:
  BusDeliveryTarget(const ServiceDeps& deps, BusStore& buses, EventDispatch& dispatch,
                    ApiDestinationDeliveries& api_calls)
      : deps_(deps), buses_(buses), dispatch_(dispatch), api_calls_(api_calls) {}

  /// ResourceNotFoundException.
  Result<void> CheckTarget(const Arn& target) override;
  /// ResourceNotFoundException, MalformedDetail.
  Result<void> Deliver(storage::Txn& txn, const Delivery& delivery) override;
  std::string PolicyOf(storage::Txn& txn, const Arn& target) override;

  void Emit(storage::Txn& txn, const ports::EventBus::Event& event) override;

 private:
  Result<events::Event> ReadEvent(const Delivery& delivery);

  const ServiceDeps deps_;
  BusStore& buses_;
  EventDispatch& dispatch_;
  ApiDestinationDeliveries& api_calls_;
};

}  // namespace stratolite::events
