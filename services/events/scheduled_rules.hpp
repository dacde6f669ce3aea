#pragma once

#include "events/bus_store.hpp"
#include "events/event_dispatch.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Rules with a schedule: their events come when they are due on the world's clock. The event and the next due moment are one transaction. Times that passed
/// while no daemon ran come once, not each. Everything given must outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
class ScheduledRules {
 public:
  ScheduledRules(const ServiceDeps& deps, EventDispatch& dispatch) : deps_(deps), dispatch_(dispatch) {}
  /// To be called once the whole service is made: takes up what an earlier process left.
  void Start();

  /// Made, replaced, enabled or disabled: the next time is counted from now.
  void Changed(storage::Txn& txn, const Rule& rule);
  void Deleted(storage::Txn& txn, const Rule& rule);

 private:
  void Plan(storage::Txn& txn, const Rule& rule, TimePoint after, TimePoint start);
  void Run(const runtime::DueTask& task);

  const ServiceDeps deps_;
  EventDispatch& dispatch_;
};

}  // namespace stratolite::events
