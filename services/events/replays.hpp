#pragma once

#include <string>

#include "events/archive_store.hpp"
#include "events/bus_store.hpp"
#include "events/event_archive.hpp"
#include "events/event_dispatch.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Replays at work: a second after their start (of the world's clock) they put what an archive kept on its bus again, oldest first, some events per
/// transaction, each exactly once also after kill -9. Everything given must outlive it. Thread-safe. Blocks.
class Replays {
 public:
  Replays(const ServiceDeps& deps, BusStore& buses, EventArchive& archive, EventDispatch& dispatch)
      : deps_(deps), buses_(buses), archive_(archive), dispatch_(dispatch) {}
  /// To be called once the whole service is made: takes up what an earlier process left.
  void Start();

  void Started(storage::Txn& txn, const Replay& replay);
  void Cancelled(storage::Txn& txn, const Replay& replay);

 private:
  void Run(const runtime::DueTask& task);
  /// Puts the next events; whether there may be more.
  bool PutSome(storage::Txn& txn, const Bus& bus, Replay& replay, const runtime::DueTask& task);

  const ServiceDeps deps_;
  BusStore& buses_;
  EventArchive& archive_;
  EventDispatch& dispatch_;
};

}  // namespace stratolite::events
