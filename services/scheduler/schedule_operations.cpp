#include "scheduler/schedule_operations.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/errors.hpp"
#include "scheduler/group_store.hpp"
#include "scheduler/paging.hpp"
#include "scheduler/schedule_checks.hpp"
#include "scheduler/schedule_store.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::scheduler {
namespace {

std::string GroupOf(const Call& call) { return Fields(call.input).StringOr("GroupName", kDefaultGroup); }

/// The request without its token: two with the same token are the same only when the rest is too.
std::string DigestOf(const Call& call) {
  Json rest = call.input;
  rest.erase("ClientToken");
  const Sha256Digest digest = Sha256(rest.dump());
  return HexEncode(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Json ViewOf(const Schedule& schedule) {
  Json view = schedule.definition;
  view["Arn"] = schedule.Arn();
  view["GroupName"] = schedule.group;
  view["Name"] = schedule.name;
  view["CreationDate"] = ToJson(schedule.created_at);
  view["LastModificationDate"] = ToJson(schedule.modified_at);
  return view;
}

Json SummaryOf(const Schedule& schedule) {
  return {{"Arn", schedule.Arn()},
          {"CreationDate", ToJson(schedule.created_at)},
          {"GroupName", schedule.group},
          {"LastModificationDate", ToJson(schedule.modified_at)},
          {"Name", schedule.name},
          {"State", schedule.definition.at("State")},
          {"Target", {{"Arn", schedule.definition.at("Target").at("Arn")}}}};
}

}  // namespace

Result<Json> ScheduleOperations::CreateSchedule(const Call& call) {
  const Fields in(call.input);
  Schedule schedule;
  schedule.scope = call.scope;
  schedule.group = GroupOf(call);
  ASSIGN_OR_RETURN(schedule.name, in.String("Name"));
  ASSIGN_OR_RETURN(schedule.definition, CheckDefinition(call, deps_.ports.Find<ports::OperationCaller>()));
  const std::string token = in.StringOr("ClientToken", "");
  const TokenStore::Request request{call.scope, call.operation, token, DigestOf(call)};
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const TimePoint now = deps_.clock.Now();
    if (std::optional<Json> answer = TokenStore::Find(txn, request, now)) return *std::move(answer);
    GroupStore::EnsureDefault(txn, call.scope, now);
    if (!GroupStore::Find(txn, call.scope, schedule.group)) return GroupNotFound(schedule.group);
    if (ScheduleStore::Find(txn, call.scope, schedule.group, schedule.name)) return ScheduleExists(schedule.name);
    schedule.created_at = schedule.modified_at = now;
    ScheduleStore::Insert(txn, schedule);
    firing_.Begin(txn, schedule);
    const Json answer{{"ScheduleArn", schedule.Arn()}};
    TokenStore::Remember(txn, request, answer, now);
    return answer;
  });
}

Result<Json> ScheduleOperations::UpdateSchedule(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  ASSIGN_OR_RETURN(const Json definition, CheckDefinition(call, deps_.ports.Find<ports::OperationCaller>()));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const std::optional<Schedule> found = ScheduleStore::Find(txn, call.scope, GroupOf(call), name);
    if (!found) return ScheduleNotFound(name);
    Schedule changed = *found;
    changed.definition = definition;
    changed.modified_at = deps_.clock.Now();
    ScheduleStore::Update(txn, changed);
    firing_.Change(txn, *found, changed);
    return Json{{"ScheduleArn", changed.Arn()}};
  });
}

Result<Json> ScheduleOperations::GetSchedule(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  const std::string group = GroupOf(call);
  const auto found =
      deps_.db.Read([&](storage::Reader& reader) { return ScheduleStore::Find(reader, call.scope, group, name); });
  if (!found) return ScheduleNotFound(name);
  return ViewOf(*found);
}

Result<Json> ScheduleOperations::DeleteSchedule(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("Name"));
  const std::string token = in.StringOr("ClientToken", "");
  const TokenStore::Request request{call.scope, call.operation, token, DigestOf(call)};
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const TimePoint now = deps_.clock.Now();
    if (std::optional<Json> answer = TokenStore::Find(txn, request, now)) return *std::move(answer);
    const std::optional<Schedule> found = ScheduleStore::Find(txn, call.scope, GroupOf(call), name);
    if (!found) return ScheduleNotFound(name);
    firing_.Delete(txn, found->id);
    TokenStore::Remember(txn, request, Json::object(), now);
    return Json::object();
  });
}

Result<Json> ScheduleOperations::ListSchedules(const Call& call) {
  const Fields in(call.input);
  ScheduleStore::Filter filter;
  filter.group = in.StringOr("GroupName", "");
  filter.name_prefix = in.StringOr("NamePrefix", "");
  if (const auto state = in.OptionalString("State")) filter.enabled = *state == "ENABLED";
  if (const auto token = in.OptionalString("NextToken")) {
    std::optional<PagePlace> place = ReadPageToken(*token);
    if (!place) return InvalidNextToken();
    filter.after_group = std::move(place->group);
    filter.after_name = std::move(place->name);
  }
  const std::int64_t limit = in.IntOr("MaxResults", kMostPerPage);
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    if (!filter.group.empty() && filter.group != kDefaultGroup && !GroupStore::Find(reader, call.scope, filter.group))
      return GroupNotFound(filter.group);
    std::vector<Schedule> schedules = ScheduleStore::List(reader, call.scope, filter, limit + 1);
    Json answer{{"Schedules", Json::array()}};
    if (static_cast<std::int64_t>(schedules.size()) > limit) {
      schedules.pop_back();
      answer["NextToken"] = WritePageToken({schedules.back().group, schedules.back().name});
    }
    for (const Schedule& schedule : schedules) answer["Schedules"].push_back(SummaryOf(schedule));
    return answer;
  });
}

}  // namespace stratolite::scheduler
