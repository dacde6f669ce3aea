#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/api_destination_deliveries.hpp"
#include "events/bus_store.hpp"
#include "events/event.hpp"
#include "events/event_archive.hpp"
#include "events/model.hpp"
#include "events/target_services.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// From an event on a bus to what its rules' targets receive: matching, input, delivery, dead letters. Everything that an event leads to within the world is
/// written in the transaction that takes the event in. What a target refuses is refused for good here, so there is nothing to repeat: only API destinations
/// have retries. Everything given must outlive it. Thread-safe. Blocks.
class EventDispatch {
 public:
  EventDispatch(const ServiceDeps& deps, BusStore& buses, EventArchive& archive)
      : deps_(deps), buses_(buses), archive_(archive), services_(deps.events) {}
  /// To be called once the whole service is made: takes up what an earlier process left.
  void Start();

  /// An event and the rules of its bus that match it.
  struct Routed {
    BusPtr bus;
    Event event;
    std::vector<std::size_t> matches;
  };
  /// Finds the rules and makes the services of their targets. Not within a transaction.
  Routed Route(BusPtr bus, Event event);
  /// Delivers, each event by the rules as they are now.
  void Put(storage::Txn& txn, const std::vector<Routed>& events);
  /// The same for an event that came up within a transaction. `only`: ARNs of the rules that may see it; empty: all.
  void Put(storage::Txn& txn, const Bus& bus, const Event& event, const std::vector<std::string>& only = {});

  /// Makes the services of a rule's targets. Not within a transaction.
  void Prepare(const Rule& rule) {
    if (!EventArchive::IsArchiveRule(rule)) services_.Learn(rule);
  }
  /// Delivers to all targets of a rule, whatever its pattern.
  void Fire(storage::Txn& txn, const Rule& rule, const Event& event);

  /// For ApiDestinationDeliveries.
  void OnGivenUp(storage::Txn& txn, const Delivery& delivery, const ApiDestinationDeliveries::GivenUp& reason);

 private:
  /// The same for the rules of the buses that a rule sends an event on to.
  void PrepareNextBuses(const Rule& rule, const Event& event);
  void SendTo(storage::Txn& txn, const Rule& rule, const Target& target, const Event& event);
  static Delivery DeliveryFor(const Rule& rule, const Target& target, const Event& event);
  /// Tries again outside the transaction, where a target's service can be made.
  void Defer(storage::Txn& txn, const Rule& rule, const Target& target, const Event& event);
  void RunDeferred(const runtime::DueTask& task);
  /// To the dead-letter queue, or lost. `original`: the event as it came.
  void GiveUp(storage::Txn& txn, const Delivery& delivery, const std::optional<Arn>& dead_letter_queue,
              const std::string& original, const ApiDestinationDeliveries::GivenUp& reason);

  const ServiceDeps deps_;
  BusStore& buses_;
  EventArchive& archive_;
  TargetServices services_;
};

}  // namespace stratolite::events
