#include "events/replay_operations.hpp"

#include <fmt/format.h>

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: replays at a time in an account and region.
constexpr std::int64_t kMostActiveReplays = 10;
constexpr std::string_view kArchivePrefix = "archive/";
constexpr std::string_view kBusPart = ":event-bus/";

void SetTime(Json& object, const char* member, const std::optional<TimePoint>& time) {
  if (time) object[member] = ToJson(*time);
}

/// What ListReplays and DescribeReplay share.
Json ReplayView(const Replay& replay) {
  Json view = {{"ReplayName", replay.name},
               {"EventSourceArn", replay.archive_arn},
               {"State", replay.state},
               {"EventStartTime", ToJson(replay.from)},
               {"EventEndTime", ToJson(replay.until)},
               {"ReplayStartTime", ToJson(replay.started_at)}};
  SetUnlessEmpty(view, "StateReason", replay.state_reason);
  SetTime(view, "EventLastReplayedTime", replay.last_replayed_at);
  SetTime(view, "ReplayEndTime", replay.ended_at);
  return view;
}

/// The name in an archive's ARN of this scope; empty: something else.
std::string ArchiveNameOf(const std::string& text, const Scope& scope) {
  const std::optional<Arn> arn = Arn::Parse(text);
  if (!arn || arn->service != "events" || arn->account != scope.account.str() || arn->region != scope.region.str() ||
      !arn->resource.starts_with(kArchivePrefix)) {
    return {};
  }
  return arn->resource.substr(kArchivePrefix.size());
}

}  // namespace

Result<Json> ReplayOperations::StartReplay(const Call& call) {
  const Fields in(call.input);
  Replay replay;
  replay.scope = call.scope;
  ASSIGN_OR_RETURN(replay.name, in.String("ReplayName"));
  replay.arn = ReplayArn(replay.scope, replay.name);
  replay.description = in.StringOr("Description", "");
  ASSIGN_OR_RETURN(replay.archive_arn, in.String("EventSourceArn"));
  const Fields destination(in.Object("Destination"));
  replay.bus_arn = destination.StringOr("Arn", "");
  replay.rule_arns = destination.Strings("FilterArns");
  replay.from = in.OptionalTime("EventStartTime").value_or(TimePoint{});
  replay.until = in.OptionalTime("EventEndTime").value_or(TimePoint{});
  if (replay.bus_arn.find(kBusPart) == std::string::npos)
    return ParameterNotValid("Destination.Arn", "Must contain an event bus ARN.");
  ASSIGN_OR_RETURN(const BusAddress address, ParseBusAddress(replay.bus_arn, call.scope));
  const std::string archive_name = ArchiveNameOf(replay.archive_arn, call.scope);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!BusStore::FindHead(txn, address.scope, address.name)) return BusNotFound(address.name);
    const ArchivePtr archive = ArchiveStore::Find(txn, call.scope, archive_name);
    if (!archive) return ParameterNotValid("EventSourceArn", fmt::format("Archive {} does not exist.", archive_name));
    if (archive->bus_arn != replay.bus_arn)
      return ParameterNotValid("Destination.Arn", "Cross event bus replay is not permitted.");
    if (replay.until <= replay.from)
      return ParameterNotValid("EventEndTime", "EventStartTime must be before EventEndTime.");
    if (ReplayStore::Find(txn, call.scope, replay.name)) return ReplayAlreadyExists(replay.name);
    if (ReplayStore::CountActive(txn, call.scope) >= kMostActiveReplays) return LimitExceeded();
    replay.archive = archive->id;
    replay.state = "STARTING";
    replay.started_at = deps_.clock.Now();
    ReplayStore::Insert(txn, replay);
    follower_.ReplayStarted(txn, replay);
    return Json{{"ReplayArn", replay.arn}, {"State", replay.state}, {"ReplayStartTime", ToJson(replay.started_at)}};
  });
}

Result<Json> ReplayOperations::CancelReplay(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("ReplayName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const ReplayPtr found = ReplayStore::Find(txn, call.scope, name);
    if (!found) return ReplayNotFound(name);
    if (found->state != "STARTING" && found->state != "RUNNING") return ReplayIsOver(name);
    Replay replay = *found;
    replay.state = "CANCELLING";
    ReplayStore::Update(txn, replay);
    follower_.ReplayCancelled(txn, replay);
    return Json{{"ReplayArn", replay.arn}, {"State", replay.state}};
  });
}

Result<Json> ReplayOperations::DescribeReplay(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("ReplayName"));
  const ReplayPtr replay =
      deps_.db.Read([&](storage::Reader& reader) { return ReplayStore::Find(reader, call.scope, name); });
  if (!replay) return ReplayNotFound(name);
  Json answer = ReplayView(*replay);
  answer["ReplayArn"] = replay->arn;
  SetUnlessEmpty(answer, "Description", replay->description);
  answer["Destination"]["Arn"] = replay->bus_arn;
  if (!replay->rule_arns.empty()) answer["Destination"]["FilterArns"] = replay->rule_arns;
  return answer;
}

Result<Json> ReplayOperations::ListReplays(const Call& call) {
  const Fields in(call.input);
  if (in.Has("NamePrefix") + in.Has("EventSourceArn") + in.Has("State") > 1) return TooManyFilters(call.operation);
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  const std::string prefix = in.StringOr("NamePrefix", "");
  const std::string source = in.StringOr("EventSourceArn", "");
  const std::string state = in.StringOr("State", "");
  const auto replays = deps_.db.Read([&](storage::Reader& reader) {
    return ReplayStore::List(reader, call.scope, prefix, source, state, page.after, page.limit + 1);
  });
  Json items = Json::array();
  std::vector<std::string> names;
  for (const ReplayPtr& replay : replays) {
    items.push_back(ReplayView(*replay));
    names.push_back(replay->name);
  }
  return PageAnswer("Replays", std::move(items), names, page);
}

}  // namespace stratolite::events
