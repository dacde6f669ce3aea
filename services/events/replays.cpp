#include "events/replays.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "events/archived_event_store.hpp"
#include "events/bus_access.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kReplayKind = "events.replay";
/// AWS takes minutes. Long enough to be cancelled in time.
constexpr Duration kStartTime = std::chrono::seconds(1);
constexpr std::int64_t kEventsPerStep = 100;

std::string PositionText(const ArchivedEventStore::Position& position) {
  return Json{{"time", position.time.time_since_epoch().count()}, {"id", position.id}}.dump();
}

ArchivedEventStore::Position PositionOf(const std::string& payload, const Replay& replay) {
  if (payload.empty()) return {replay.from, -1};
  const Json position = Json::parse(payload);
  return {TimePoint(Duration(position.at("time").get<std::int64_t>())), position.at("id").get<std::int64_t>()};
}

bool MayReplay(const Replay& replay, const Rule& rule) {
  return replay.rule_arns.empty() ||
         std::find(replay.rule_arns.begin(), replay.rule_arns.end(), rule.arn) != replay.rule_arns.end();
}

}  // namespace

void Replays::Start() {
  deps_.scheduler.Register(std::string(kReplayKind), [this](const runtime::DueTask& task) { Run(task); });
}

void Replays::Started(storage::Txn& txn, const Replay& replay) {
  deps_.scheduler.Schedule(txn, kReplayKind,
                           {.key = std::to_string(replay.id), .due = deps_.clock.Now() + kStartTime, .payload = {}});
}

void Replays::Cancelled(storage::Txn& txn, const Replay& replay) { Started(txn, replay); }

void Replays::Run(const runtime::DueTask& task) {
  const ReplayId id = std::stoll(task.key);
  const ReplayPtr found = deps_.db.Read([&](storage::Reader& reader) { return ReplayStore::Find(reader, id); });
  if (found == nullptr || found->over()) return;
  const Result<BusAddress> address = ParseBusAddress(found->bus_arn, found->scope);
  const BusPtr bus = address.ok() ? buses_.Find(address->scope, address->name) : nullptr;
  if (bus != nullptr) {
    for (const RulePtr& rule : bus->rules) {
      if (MayReplay(*found, *rule)) dispatch_.Prepare(*rule);
    }
  }
  deps_.db.Transact([&](storage::Txn& txn) {
    deps_.scheduler.Cancel(txn, kReplayKind, task.key);
    const ReplayPtr stored = ReplayStore::Find(txn, id);
    if (stored == nullptr || stored->over()) return;
    Replay replay = *stored;
    const BusPtr current = bus == nullptr ? nullptr : buses_.Find(txn, bus->scope, bus->name);
    if (replay.state == "CANCELLING") {
      replay.state = "CANCELLED";
    } else if (current == nullptr) {
      replay.state = "FAILED";
      replay.state_reason = "The event bus does not exist any more.";
    } else {
      replay.state = PutSome(txn, *current, replay, task) ? "RUNNING" : "COMPLETED";
    }
    if (replay.over()) replay.ended_at = deps_.clock.Now();
    ReplayStore::Update(txn, replay);
  });
}

bool Replays::PutSome(storage::Txn& txn, const Bus& bus, Replay& replay, const runtime::DueTask& task) {
  ArchivedEventStore::Position position = PositionOf(task.payload, replay);
  const ArchivePtr archive = ArchiveStore::Find(txn, replay.archive);
  if (archive == nullptr) return false;
  const std::vector<ArchivedEvent> archived =
      ArchivedEventStore::Next(txn, archive->id, position, replay.until, archive_.KeptSince(*archive), kEventsPerStep);
  for (const ArchivedEvent& one : archived) {
    Event::Parts defaults;
    defaults.id = deps_.random.Uuid();
    defaults.replay_name = replay.name;
    if (const Result<Event> event = ReadEnvelope(one.text, std::move(defaults), deps_.clock.Now()); event.ok())
      dispatch_.Put(txn, bus, *event, replay.rule_arns);
    position = {one.time, one.id};
    replay.last_replayed_at = one.time;
  }
  if (std::int64_t(archived.size()) < kEventsPerStep) return false;
  deps_.scheduler.Schedule(txn, kReplayKind,
                           {.key = task.key, .due = deps_.clock.Now(), .payload = PositionText(position)});
  return true;
}

}  // namespace stratolite::events
