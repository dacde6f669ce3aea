#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipes/pipe_plan.hpp"
#include "pipes/queue_events.hpp"
#include "stratolite/ports/queue_consumer.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::pipes {

/// What a running pipe has done since it was started. Plain data.
struct PipeCounts {
  std::uint64_t received = 0;
  std::uint64_t filtered = 0;
  std::uint64_t delivered = 0;
  /// Events that could not be passed on and went back to the queue.
  std::uint64_t failed = 0;
  std::optional<TimePoint> last_failure_at;
  std::string last_failure;
};

/// One pipe at work: takes batches from its queue, one after the other, and passes them on. A message leaves its queue in the transaction that gives its event
/// to the target, so that it arrives once and none is lost, also after kill -9; what fails stays in the queue until its visibility timeout is over. Where an
/// answer is waited for (enrichments, API destinations) the message leaves after it: at least once. `deps` must outlive Stop. Thread-safe. Blocks.
class PipeRunner : public std::enable_shared_from_this<PipeRunner> {
 public:
  PipeRunner(const ServiceDeps& deps, PipePlan plan) : deps_(deps), plan_(std::move(plan)) {}

  std::int64_t revision() const { return plan_.pipe.revision; }
  void Start() { Poke(); }
  /// Takes no more; a batch in the middle of its way may still arrive.
  void Stop();
  PipeCounts counts();

 private:
  enum class State { kIdle, kScheduled, kWorking };
  enum class Next { kWhenWoken, kAtOnce, kAfterAPause };

  /// Looks at the queue soon, on a thread of the timers'. Quick.
  void Poke();
  void PokeAt(TimePoint when);
  void Look();
  void EndLook(Next next);

  void Work();
  /// False: there is no such queue now; it will be looked for again.
  bool WatchSource(ports::QueueConsumer& consumer);
  void SourceFailed(const AwsError& error);
  /// Whether the batch is to be passed on now.
  bool BatchIsComplete();
  /// Takes what the filters do not let pass out of `batch`, and out of the queue.
  void DropFiltered(ports::QueueConsumer& consumer, std::vector<QueueEvent>& batch);
  void PassOn(ports::QueueConsumer& consumer, std::vector<QueueEvent> batch);
  /// Each event and its message in one step; what the target refuses stays.
  Next Deliver(ports::QueueConsumer& consumer, const std::vector<QueueEvent>& batch);
  /// One event through the enrichment.
  void EnrichAndDeliver(ports::QueueConsumer& consumer, QueueEvent event);
  /// What an enrichment made of one message: all of it and the message's end in one step.
  Next DeliverEnriched(ports::QueueConsumer& consumer, const QueueEvent& event, const std::vector<PipeEvent>& enriched);
  /// One event to an API destination, whose answer decides about the message.
  void DeliverByCall(ports::QueueConsumer& consumer, const QueueEvent& event, std::vector<PipeEvent> enriched);
  Next Failed(const AwsError& error, std::uint64_t events);
  void Count(std::uint64_t PipeCounts::*which, std::uint64_t by);

  const ServiceDeps deps_;
  const PipePlan plan_;

  std::mutex mutex_;
  // Guarded by mutex_:
  State state_ = State::kIdle;
  bool woken_ = false;
  bool stopped_ = false;
  std::unique_ptr<ports::QueueConsumer::Watch> watch_;
  PipeCounts counts_;
  std::optional<TimePoint> failed_at_;

  // Of the one look at a time:
  std::vector<QueueEvent> gathered_;
  TimePoint gathered_since_;
  Duration pause_{};
};

}  // namespace stratolite::pipes
