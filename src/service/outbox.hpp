#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite {

/// The EventRouter over a world's database, under the owner `events` (migrates at the first use, so that a start pays nothing). Everything referred
/// to outlives it. Thread-safe. Blocks.
class Outbox final : public EventRouter {
 public:
  /// `make_service`: makes the service of an ARN, which then offers its target.
  Outbox(storage::Database& db, runtime::Clock& clock, runtime::Timers& timers,
         std::function<void(std::string_view service)> make_service);
  ~Outbox() override;

  void Announce(storage::Txn& txn, const Delivery& delivery) override;
  void Offer(std::string service, DeliveryTarget* target) override;
  DeliveryTarget* FindTarget(const Arn& arn) override;

  /// Takes up what an earlier process left.
  void Resume();
  /// Delivers nothing any more.
  void Stop();
};

}  // namespace stratolite
