#pragma once

#include "events/api_destination_answers.hpp"
#include "events/api_destination_deliveries.hpp"
#include "events/api_destination_operations.hpp"
#include "events/bus_delivery_target.hpp"
#include "events/bus_store.hpp"
#include "events/changes.hpp"
#include "events/connection_authorizer.hpp"
#include "events/connection_operations.hpp"
#include "events/event_archive.hpp"
#include "events/event_dispatch.hpp"
#include "events/put_events_operations.hpp"
#include "events/replays.hpp"
#include "events/scheduled_rules.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// What EventBridge does with events, put together: takes them in, sends them on, keeps and replays them, makes the scheduled ones. Offers the world its
/// buses and API destinations as targets of deliveries, and the default bus. Everything given must outlive it. Thread-safe. Blocks.
class EventEngine final : public ChangeFollower {
 public:
  EventEngine(const ServiceDeps& deps, BusStore& buses);

  void Register(OperationTable& operations);
  /// Takes up what an earlier process left. To be called once the whole service is made.
  void Start();
  /// Forgets what memory holds (reset).
  void Clear();

  void RuleChanged(storage::Txn& txn, const Rule& rule) override { schedules_.Changed(txn, rule); }
  void RuleDeleted(storage::Txn& txn, const Rule& rule) override { schedules_.Deleted(txn, rule); }
  void ReplayStarted(storage::Txn& txn, const Replay& replay) override { replays_.Started(txn, replay); }
  void ReplayCancelled(storage::Txn& txn, const Replay& replay) override { replays_.Cancelled(txn, replay); }
  void ArchiveDeleted(storage::Txn& txn, const Archive& archive) override { archive_.Deleted(txn, archive); }

 private:
  const ServiceDeps deps_;
  EventArchive archive_;
  EventDispatch dispatch_;
  Replays replays_;
  ScheduledRules schedules_;
  PutEventsOperations put_events_;
  ConnectionAuthorizer authorizer_;
  ConnectionOperations connections_;
  ApiDestinationOperations destinations_;
  ApiDestinationDeliveries api_calls_;
  ApiDestinationAnswers api_answers_;
  BusDeliveryTarget target_;
};

}  // namespace stratolite::events
