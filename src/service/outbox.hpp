#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite {

namespace outbox {
struct Letter;
}

/// The EventRouter over a world's database, under the owner `events`. Its tables are made when FindTarget is first asked, which whoever configures a
/// target does: a world that configures none pays nothing. Announced deliveries are taken in batches by a timer, so that settling the clock
/// waits for them. Everything referred to outlives it. Thread-safe. Blocks.
class Outbox final : public EventRouter {
 public:
  /// Whether the sender may send; in the transaction of the delivery.
  using Gate = std::function<Result<void>(storage::Txn&, DeliveryTarget&, const Delivery&)>;

  /// `make_service`: makes the service of an ARN, which then offers its target. `gate` may be null: everybody may send.
  Outbox(storage::Database& db, runtime::Clock& clock, runtime::Timers& timers,
         std::function<void(std::string_view service)> make_service, Gate gate = nullptr);
  ~Outbox() override;

  void Announce(storage::Txn& txn, const Delivery& delivery) override;
  Result<void> Send(storage::Txn& txn, const Delivery& delivery) override;
  void ReportLost(storage::Txn& txn, const Delivery& delivery, const AwsError& reason) override;
  void Offer(std::string service, DeliveryTarget* target) override;
  DeliveryTarget* FindTarget(const Arn& arn) override;
  Status ReadStatus() override;

  /// Takes up what an earlier process left.
  void Resume();
  /// Delivers nothing any more.
  void Stop();

 private:
  /// What one transaction came to.
  struct Round {
    std::size_t delivered = 0;
    std::vector<Loss> losses;
    /// Letters for services that have offered nothing.
    std::vector<outbox::Letter> homeless;
    bool more = false;
    std::optional<TimePoint> next_retry;
  };

  DeliveryTarget* OfferedTarget(std::string_view service) const;
  /// `hops_` counts what `target` sends on.
  Result<void> DeliverTo(DeliveryTarget& target, storage::Txn& txn, const Delivery& delivery);
  /// Sees to it that OnTimer is called at `when` at the latest.
  void Arm(TimePoint when);
  void OnTimer();
  void DeliverDue();
  void Account(Round& round);
  Round DeliverBatch(std::optional<outbox::Letter>& at_hand);
  /// Makes the services of these letters; those that nobody takes are tried again later.
  void FindHomes(const std::vector<outbox::Letter>& homeless);
  void Retry(const outbox::Letter& letter, std::string_view reason);

  storage::Database& db_;
  runtime::Clock& clock_;
  runtime::Timers& timers_;
  const std::function<void(std::string_view)> make_service_;
  const Gate gate_;

  mutable std::mutex mutex_;
  std::map<std::string, DeliveryTarget*, std::less<>> targets_;  // guarded by mutex_
  /// The one timer that is set, for the earliest moment heard of. Guarded by mutex_.
  struct Armed {
    TimePoint when;
    runtime::Timers::Id id;
  };
  std::optional<Armed> armed_;
  /// All but `waiting`, which is counted when asked for. Guarded by mutex_.
  Status status_;

  /// How many deliveries the running one is within. Guarded by the database's writer: only transactions look at it.
  int hops_ = 0;

  /// Held while letters are delivered.
  std::mutex running_;
  bool stopped_ = false;  // guarded by running_
};

}  // namespace stratolite
