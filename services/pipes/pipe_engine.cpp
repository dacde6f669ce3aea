#include "pipes/pipe_engine.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "pipes/pipe_store.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::pipes {
namespace {

constexpr std::string_view kRunningKind = "pipes.running";
// Never due: a row only says that there is something to make this service for. 9999-01-01.
constexpr TimePoint kNever{std::chrono::seconds(253'370'764'800)};

}  // namespace

PipeEngine::PipeEngine(const ServiceDeps& deps) : deps_(deps) {
  deps_.scheduler.Register(std::string(kRunningKind), [](const runtime::DueTask&) {});
}

PipeEngine::~PipeEngine() { StopAll(); }

void PipeEngine::Remember(storage::Txn& txn, const Pipe& pipe, bool runs) {
  const std::string key = pipe.arn().ToString();
  if (runs) {
    deps_.scheduler.Schedule(txn, kRunningKind, {.key = key, .due = kNever, .payload = ""});
  } else {
    deps_.scheduler.Cancel(txn, kRunningKind, key);
  }
}

void PipeEngine::Follow(PipeId id) {
  const std::scoped_lock lock(mutex_);
  if (!stopped_) FollowLocked(id);
}

void PipeEngine::FollowLocked(PipeId id) {
  std::optional<Pipe> pipe = deps_.db.Read([&](storage::Reader& reader) { return FindPipe(reader, id); });
  const bool runs = pipe && pipe->current_state == "RUNNING";
  const auto found = runners_.find(id);
  if (found != runners_.end()) {
    if (runs && found->second->revision() == pipe->revision) return;
    found->second->Stop();
    runners_.erase(found);
  }
  if (!runs) return;
  Result<PipePlan> plan = MakePlan(*std::move(pipe));
  if (!plan.ok()) {
    spdlog::error("pipe {} cannot run: {}", id, plan.error().message);
    return;
  }
  const auto runner = std::make_shared<PipeRunner>(deps_, *std::move(plan));
  runners_.emplace(id, runner);
  runner->Start();
}

void PipeEngine::FollowAll() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, runner] : runners_) runner->Stop();
  runners_.clear();
  if (stopped_) return;
  for (const PipeId id : deps_.db.Read([](storage::Reader& reader) { return ListRunningPipes(reader); }))
    FollowLocked(id);
}

void PipeEngine::StopAll() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  for (const auto& [id, runner] : runners_) runner->Stop();
  runners_.clear();
}

std::optional<PipeCounts> PipeEngine::CountsOf(PipeId id) {
  const std::scoped_lock lock(mutex_);
  const auto found = runners_.find(id);
  if (found == runners_.end()) return std::nullopt;
  return found->second->counts();
}

}  // namespace stratolite::pipes
