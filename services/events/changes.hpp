#pragma once

#include "events/model.hpp"

namespace stratolite::storage {
class Txn;
}

namespace stratolite::events {

struct Archive;
struct Replay;

/// Hears of changes of what runs on its own, in the transaction of the change: rules with a schedule, replays, archives. Thread-safe.
class ChangeFollower {
 public:
  virtual ~ChangeFollower() = default;
  /// Made, replaced, enabled or disabled; with its targets.
  virtual void RuleChanged(storage::Txn& txn, const Rule& rule) = 0;
  virtual void RuleDeleted(storage::Txn& txn, const Rule& rule) = 0;
  /// Its row is there, in state STARTING.
  virtual void ReplayStarted(storage::Txn& txn, const Replay& replay) = 0;
  /// Its row says CANCELLING.
  virtual void ReplayCancelled(storage::Txn& txn, const Replay& replay) = 0;
  /// Its rule and its row go by the caller; its events are the follower's.
  virtual void ArchiveDeleted(storage::Txn& txn, const Archive& archive) = 0;
};

}  // namespace stratolite::events
