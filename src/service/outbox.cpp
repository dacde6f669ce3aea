#include "service/outbox.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>
#include <vector>

#include "service/outbox_store.hpp"

namespace stratolite {
namespace {

using outbox::Letter;

constexpr std::int64_t kLettersPerTransaction = 100;
constexpr int kRoundsAtOnce = 10;
constexpr std::size_t kLossesKept = 20;
constexpr std::int64_t kLongestPauseSeconds = 60;
constexpr Duration kPauseAfterTrouble = std::chrono::seconds(1);

Duration PauseAfter(std::int64_t attempts) {
  return std::chrono::seconds(std::min(std::int64_t{1} << std::min<std::int64_t>(attempts, 6), kLongestPauseSeconds));
}

}  // namespace

Outbox::Outbox(storage::Database& db, runtime::Clock& clock, runtime::Timers& timers,
               std::function<void(std::string_view service)> make_service, Gate gate)
    : db_(db), clock_(clock), timers_(timers), make_service_(std::move(make_service)), gate_(std::move(gate)) {}

Outbox::~Outbox() { Stop(); }

void Outbox::Announce(storage::Txn& txn, const Delivery& delivery) {
  outbox::Insert(txn, delivery, clock_.Now());
  txn.OnCommit([this] { Arm(clock_.Now()); });
}

Result<void> Outbox::Send(storage::Txn& txn, const Delivery& delivery) {
  if (DeliveryTarget* const target = OfferedTarget(delivery.target.service)) return DeliverTo(*target, txn, delivery);
  Announce(txn, delivery);
  return {};
}

void Outbox::ReportLost(storage::Txn& txn, const Delivery& delivery, const AwsError& reason) {
  txn.OnCommit([this, loss = Loss{clock_.Now(), delivery.source_arn, delivery.target, reason}] {
    Round round;
    round.losses.push_back(loss);
    Account(round);
  });
}

Result<void> Outbox::DeliverTo(DeliveryTarget& target, storage::Txn& txn, const Delivery& delivery) {
  if (hops_ == kMaxHops) {
    return AwsError{.code = "LoopDetected",
                    .message = fmt::format("{} was reached by {} deliveries, each made by the one before",
                                           delivery.target.ToString(), kMaxHops)};
  }
  if (gate_) RETURN_IF_ERROR(gate_(txn, target, delivery));
  const struct Hop {
    explicit Hop(int& hops) : hops(hops) { ++hops; }
    ~Hop() { --hops; }
    int& hops;
  } hop(hops_);
  return target.Deliver(txn, delivery);
}

void Outbox::Offer(std::string service, DeliveryTarget* target) {
  const std::scoped_lock lock(mutex_);
  targets_.insert_or_assign(std::move(service), target);
}

DeliveryTarget* Outbox::FindTarget(const Arn& arn) {
  outbox::MigrateTables(db_);
  if (DeliveryTarget* const target = OfferedTarget(arn.service)) return target;
  make_service_(arn.service);
  return OfferedTarget(arn.service);
}

DeliveryTarget* Outbox::OfferedTarget(std::string_view service) const {
  const std::scoped_lock lock(mutex_);
  const auto found = targets_.find(service);
  return found == targets_.end() ? nullptr : found->second;
}

void Outbox::Resume() {
  if (!db_.Read([](storage::Reader& reader) { return outbox::HasTables(reader); })) return;
  outbox::MigrateTables(db_);
  if (db_.Read([](storage::Reader& reader) { return outbox::Count(reader); }) > 0) Arm(clock_.Now());
}

void Outbox::Stop() {
  {
    const std::scoped_lock running(running_);
    stopped_ = true;
  }
  const std::scoped_lock lock(mutex_);
  if (armed_) timers_.Cancel(armed_->id);
  armed_.reset();
}

EventRouter::Status Outbox::ReadStatus() {
  const std::int64_t waiting = db_.Read(
      [](storage::Reader& reader) { return outbox::HasTables(reader) ? outbox::Count(reader) : std::int64_t{0}; });
  const std::scoped_lock lock(mutex_);
  Status status = status_;
  status.waiting = waiting;
  return status;
}

void Outbox::Account(Round& round) {
  const std::scoped_lock lock(mutex_);
  status_.delivered += round.delivered;
  status_.lost += round.losses.size();
  for (Loss& loss : round.losses) {
    spdlog::warn("an event of {} is lost, {} does not take it: {}", loss.source.ToString(), loss.target.ToString(),
                 loss.reason.code);
    if (status_.losses.size() == kLossesKept) status_.losses.erase(status_.losses.begin());
    status_.losses.push_back(std::move(loss));
  }
}

void Outbox::Arm(TimePoint when) {
  const std::scoped_lock lock(mutex_);
  if (armed_ && armed_->when <= when) return;
  if (armed_) timers_.Cancel(armed_->id);
  armed_ = Armed{when, timers_.At(when, [this] { OnTimer(); })};
}

void Outbox::OnTimer() {
  {
    const std::scoped_lock lock(mutex_);
    armed_.reset();
  }
  try {
    DeliverDue();
  } catch (const std::exception& error) {
    spdlog::error("events could not be delivered and will be tried again: {}", error.what());
    timers_.AfterRealTime(kPauseAfterTrouble, [this] { OnTimer(); });
  }
}

void Outbox::DeliverDue() {
  const std::scoped_lock running(running_);
  for (int rounds = 0; !stopped_; ++rounds) {
    // The world's other timers have their turn too.
    if (rounds == kRoundsAtOnce) return Arm(clock_.Now());
    std::optional<Letter> at_hand;
    Round round;
    try {
      round = DeliverBatch(at_hand);
    } catch (const std::exception& error) {
      // Nobody's letter: the store itself is in trouble.
      if (!at_hand) throw;
      Retry(*at_hand, error.what());
      continue;
    }
    Account(round);
    FindHomes(round.homeless);
    if (round.more) continue;
    if (round.next_retry) Arm(*round.next_retry);
    return;
  }
}

Outbox::Round Outbox::DeliverBatch(std::optional<Letter>& at_hand) {
  return db_.Transact([&](storage::Txn& txn) {
    Round round;
    std::set<std::string> held;
    std::vector<Letter> letters = outbox::FindDue(txn, clock_.Now(), kLettersPerTransaction);
    round.more = !letters.empty();
    for (Letter& letter : letters) {
      const Delivery& delivery = letter.delivery;
      if (held.contains(delivery.order_key)) continue;
      DeliveryTarget* const target = OfferedTarget(delivery.target.service);
      if (target == nullptr) {
        if (!delivery.order_key.empty()) held.insert(delivery.order_key);
        round.homeless.push_back(std::move(letter));
        continue;
      }
      at_hand = letter;
      outbox::Remove(txn, letter.id);
      if (Result<void> taken = DeliverTo(*target, txn, delivery); taken.ok()) {
        ++round.delivered;
      } else {
        round.losses.push_back({clock_.Now(), delivery.source_arn, delivery.target, std::move(taken).error()});
      }
      at_hand.reset();
    }
    round.next_retry = outbox::NextRetry(txn);
    return round;
  });
}

void Outbox::FindHomes(const std::vector<Letter>& homeless) {
  for (const Letter& letter : homeless) {
    const Arn& target = letter.delivery.target;
    if (FindTarget(target) == nullptr) Retry(letter, "nothing takes deliveries for " + target.service);
  }
}

void Outbox::Retry(const Letter& letter, std::string_view reason) {
  const TimePoint until = clock_.Now() + PauseAfter(letter.attempts);
  spdlog::warn("an event for {} is tried again later: {}", letter.delivery.target.ToString(), reason);
  {
    const std::scoped_lock lock(mutex_);
    ++status_.retried;
  }
  db_.Transact([&](storage::Txn& txn) {
    outbox::Postpone(txn, letter, until);
    txn.OnCommit([this, until] { Arm(until); });
  });
}

}  // namespace stratolite
