#include "pipes/pipe_runner.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

#include "pipes/enrichment.hpp"
#include "pipes/target_input.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::pipes {
namespace {

/// How many messages one receive takes where the pipe does not wait for a batch to fill.
constexpr std::size_t kMostAtOnce = 10;
constexpr Duration kFirstSourcePause = std::chrono::seconds(10);
constexpr Duration kLongestSourcePause = std::chrono::minutes(5);
/// Real time, for messages that come back at once.
constexpr Duration kPauseAfterFailure = std::chrono::seconds(1);

}  // namespace

void PipeRunner::Stop() {
  std::unique_ptr<ports::QueueConsumer::Watch> watch;
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  watch = std::move(watch_);
}

PipeCounts PipeRunner::counts() {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

void PipeRunner::Poke() {
  const std::scoped_lock lock(mutex_);
  if (stopped_) return;
  woken_ = true;
  if (state_ != State::kIdle) return;
  state_ = State::kScheduled;
  deps_.timers.At(deps_.clock.Now(), [self = shared_from_this()] { self->Look(); });
}

void PipeRunner::PokeAt(TimePoint when) {
  deps_.timers.At(when, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Poke();
  });
}

void PipeRunner::Look() {
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return;
    state_ = State::kWorking;
    woken_ = false;
  }
  try {
    Work();
  } catch (const storage::StorageError& error) {
    spdlog::error("pipe {} pauses: {}", plan_.arn.ToString(), error.what());
    EndLook(Next::kAfterAPause);
  }
}

void PipeRunner::EndLook(Next next) {
  const std::scoped_lock lock(mutex_);
  if (stopped_) return;
  state_ = State::kIdle;
  if (next == Next::kAfterAPause) {
    state_ = State::kScheduled;
    deps_.timers.AfterRealTime(kPauseAfterFailure, [self = shared_from_this()] { self->Look(); });
  } else if (next == Next::kAtOnce || woken_) {
    state_ = State::kScheduled;
    deps_.timers.At(deps_.clock.Now(), [self = shared_from_this()] { self->Look(); });
  }
}

bool PipeRunner::WatchSource(ports::QueueConsumer& consumer) {
  {
    const std::scoped_lock lock(mutex_);
    if (watch_ != nullptr) return true;
  }
  auto watch = consumer.WatchQueue(plan_.source, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Poke();
  });
  if (!watch.ok()) return SourceFailed(watch.error()), false;
  pause_ = {};
  const std::scoped_lock lock(mutex_);
  if (stopped_) return false;
  watch_ = *std::move(watch);
  return true;
}

void PipeRunner::SourceFailed(const AwsError& error) {
  pause_ = std::clamp(2 * pause_, kFirstSourcePause, kLongestSourcePause);
  spdlog::warn("pipe {} cannot receive from {}: {}", plan_.arn.ToString(), plan_.source.ToString(), error.code);
  std::unique_ptr<ports::QueueConsumer::Watch> watch;
  {
    const std::scoped_lock lock(mutex_);
    counts_.last_failure_at = deps_.clock.Now();
    counts_.last_failure = fmt::format("{}: {}", error.code, error.message);
    watch = std::move(watch_);
  }
  PokeAt(deps_.clock.Now() + pause_);
}

void PipeRunner::Work() {
  deps_.events.FindTarget(plan_.source);
  deps_.events.FindTarget(plan_.target);
  auto* const consumer = deps_.ports.Find<ports::QueueConsumer>();
  if (consumer == nullptr || !WatchSource(*consumer)) return EndLook(Next::kWhenWoken);
  const std::size_t room = plan_.batch_size - gathered_.size();
  const std::size_t most = plan_.window == Duration(0) ? std::min(room, kMostAtOnce) : room;
  const Result<Json> received = consumer->Receive(plan_.source, static_cast<int>(most));
  if (!received.ok()) {
    gathered_.clear();
    SourceFailed(received.error());
    return EndLook(Next::kWhenWoken);
  }
  if (gathered_.empty() && !received->empty()) {
    gathered_since_ = deps_.clock.Now();
    if (plan_.window > Duration(0)) PokeAt(gathered_since_ + plan_.window);
  }
  for (const Json& message : *received) gathered_.push_back(MakeQueueEvent(message, plan_.source));
  Count(&PipeCounts::received, received->size());
  // What came may be followed by more; the queue wakes us only for what it does not show now.
  if (!BatchIsComplete()) return EndLook(received->empty() ? Next::kWhenWoken : Next::kAtOnce);
  PassOn(*consumer, std::exchange(gathered_, {}));
}

bool PipeRunner::BatchIsComplete() {
  if (gathered_.empty()) return false;
  return gathered_.size() >= plan_.batch_size || deps_.clock.Now() >= gathered_since_ + plan_.window;
}

void PipeRunner::DropFiltered(ports::QueueConsumer& consumer, std::vector<QueueEvent>& batch) {
  const auto dropped = std::stable_partition(batch.begin(), batch.end(),
                                             [this](const QueueEvent& event) { return plan_.Passes(event.event); });
  if (dropped == batch.end()) return;
  deps_.db.Transact([&](storage::Txn& txn) {
    for (auto event = dropped; event != batch.end(); ++event) consumer.Delete(txn, plan_.source, event->receipt_handle);
  });
  Count(&PipeCounts::filtered, static_cast<std::uint64_t>(batch.end() - dropped));
  batch.erase(dropped, batch.end());
}

void PipeRunner::PassOn(ports::QueueConsumer& consumer, std::vector<QueueEvent> batch) {
  DropFiltered(consumer, batch);
  if (batch.empty()) return EndLook(Next::kAtOnce);
  if (plan_.enrichment) return EnrichAndDeliver(consumer, std::move(batch.front()));
  if (!IsApiDestination(plan_.target)) return EndLook(Deliver(consumer, batch));
  std::vector<PipeEvent> events{batch.front().event};
  DeliverByCall(consumer, batch.front(), std::move(events));
}

PipeRunner::Next PipeRunner::Deliver(ports::QueueConsumer& consumer, const std::vector<QueueEvent>& batch) {
  std::optional<AwsError> refusal;
  std::uint64_t delivered = 0;
  deps_.db.Transact([&](storage::Txn& txn) {
    refusal.reset();
    delivered = 0;
    std::set<std::string> held;
    for (const QueueEvent& event : batch) {
      // Whoever received it meanwhile passes it on.
      if (!consumer.Holds(txn, plan_.source, event.receipt_handle)) continue;
      // A message that stays holds back the ones behind it.
      if (!event.group.empty() && held.contains(event.group)) continue;
      Result<Delivery> delivery = MakeDelivery(plan_, event.event, deps_.clock.Now());
      Result<void> taken = delivery.ok() ? Result<void>() : Result<void>(delivery.error());
      if (delivery.ok()) {
        delivery->trace_header = event.trace_header;
        taken = deps_.events.Send(txn, *delivery);
      }
      if (!taken.ok()) {
        held.insert(event.group);
        refusal = std::move(taken).error();
        continue;
      }
      consumer.Delete(txn, plan_.source, event.receipt_handle);
      ++delivered;
    }
  });
  Count(&PipeCounts::delivered, delivered);
  if (refusal) return Failed(*refusal, batch.size() - delivered);
  return Next::kAtOnce;
}

void PipeRunner::EnrichAndDeliver(ports::QueueConsumer& consumer, QueueEvent event) {
  auto message = std::make_shared<const QueueEvent>(std::move(event));
  auto go_on = [self = shared_from_this(), &consumer, message](Result<std::vector<PipeEvent>> enriched) {
    try {
      if (!enriched.ok()) return self->EndLook(self->Failed(enriched.error(), 1));
      if (IsApiDestination(self->plan_.target) && !enriched->empty())
        return self->DeliverByCall(consumer, *message, *std::move(enriched));
      self->EndLook(self->DeliverEnriched(consumer, *message, *enriched));
    } catch (const storage::StorageError& error) {
      spdlog::error("pipe {} pauses: {}", self->plan_.arn.ToString(), error.what());
      self->EndLook(Next::kAfterAPause);
    }
  };
  Enrich(deps_, plan_, message->event, deps_.clock.Now(), std::move(go_on));
}

PipeRunner::Next PipeRunner::DeliverEnriched(ports::QueueConsumer& consumer, const QueueEvent& event,
                                             const std::vector<PipeEvent>& enriched) {
  const Result<bool> taken = deps_.db.Transact([&](storage::Txn& txn) -> Result<bool> {
    if (!consumer.Delete(txn, plan_.source, event.receipt_handle)) return false;
    for (const PipeEvent& made : enriched) {
      ASSIGN_OR_RETURN(Delivery delivery, MakeDelivery(plan_, made, deps_.clock.Now()));
      delivery.trace_header = event.trace_header;
      RETURN_IF_ERROR(deps_.events.Send(txn, delivery));
    }
    return true;
  });
  if (!taken.ok()) return Failed(taken.error(), 1);
  if (*taken) Count(&PipeCounts::delivered, enriched.size());
  return Next::kAtOnce;
}

void PipeRunner::DeliverByCall(ports::QueueConsumer& consumer, const QueueEvent& event,
                               std::vector<PipeEvent> enriched) {
  const PipeEvent first = std::move(enriched.front());
  enriched.erase(enriched.begin());
  Result<Delivery> delivery = MakeDelivery(plan_, first, deps_.clock.Now());
  if (!delivery.ok()) return EndLook(Failed(delivery.error(), 1));
  const Json http = delivery->parameters.is_null() ? Json::object() : delivery->parameters.at("HttpParameters");
  auto go_on = [self = shared_from_this(), &consumer, message = event,
                rest = std::move(enriched)](Result<std::string> answer) {
    try {
      if (!answer.ok()) return self->EndLook(self->Failed(answer.error(), 1));
      self->Count(&PipeCounts::delivered, 1);
      if (!rest.empty()) return self->DeliverByCall(consumer, message, rest);
      self->deps_.db.Transact(
          [&](storage::Txn& txn) { consumer.Delete(txn, self->plan_.source, message.receipt_handle); });
      self->EndLook(Next::kAtOnce);
    } catch (const storage::StorageError& error) {
      spdlog::error("pipe {} pauses: {}", self->plan_.arn.ToString(), error.what());
      self->EndLook(Next::kAfterAPause);
    }
  };
  InvokeApiDestination(deps_, plan_.target, delivery->body, http, std::move(go_on));
}

PipeRunner::Next PipeRunner::Failed(const AwsError& error, std::uint64_t events) {
  spdlog::warn("pipe {}: {} events stay in {}: {}", plan_.arn.ToString(), events, plan_.source.ToString(), error.code);
  const TimePoint now = deps_.clock.Now();
  const std::scoped_lock lock(mutex_);
  counts_.failed += events;
  counts_.last_failure_at = now;
  counts_.last_failure = fmt::format("{}: {}", error.code, error.message);
  // The same messages may be back already, if their visibility timeout is zero.
  const bool again = failed_at_ == now;
  failed_at_ = now;
  return again ? Next::kAfterAPause : Next::kAtOnce;
}

void PipeRunner::Count(std::uint64_t PipeCounts::*which, std::uint64_t by) {
  const std::scoped_lock lock(mutex_);
  counts_.*which += by;
}

}  // namespace stratolite::pipes
