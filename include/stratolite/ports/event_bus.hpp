#pragma once

#include <string>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::storage {
class Txn;
}

namespace stratolite::ports {

/// The default event bus, for events of the platform itself (`aws.s3`, `aws.ec2`, …): the one place where services emit them. EventBridge offers it, so
/// `deps.events.FindTarget(bus ARN)` before asking the registry makes sure that it was made. Thread-safe. Blocks.
class EventBus {
 public:
  struct Event {
    /// `aws.s3`.
    std::string source;
    std::string detail_type;
    Json detail;
    std::vector<std::string> resources;
    Scope scope;
    TimePoint time;
  };
  virtual ~EventBus() = default;
  /// Puts the event on the default bus of its scope, in the caller's transaction.
  virtual void Emit(storage::Txn& txn, const Event& event) = 0;
};

}  // namespace stratolite::ports
