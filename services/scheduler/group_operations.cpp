#include "scheduler/group_operations.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/errors.hpp"
#include "scheduler/group_store.hpp"
#include "scheduler/paging.hpp"
#include "scheduler/schedule_store.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::scheduler {
namespace {

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html
constexpr std::int64_t kMostGroups = 500;
constexpr std::string_view kGroupResource = "schedule-group/";

Json GroupView(const Group& group) {
  return {{"Arn", group.Arn()},
          {"CreationDate", ToJson(group.created_at)},
          {"LastModificationDate", ToJson(group.modified_at)},
          {"Name", group.name},
          {"State", "ACTIVE"}};
}

void AddTags(const Json& list, Json& tags) {
  for (const Json& tag : list) tags[tag.at("Key").get<std::string>()] = tag.at("Value");
}

/// The group that an ARN names, as the caller's account and region know it.
Result<std::string> GroupOfArn(const Call& call) {
  ASSIGN_OR_RETURN(const std::string text, Fields(call.input).String("ResourceArn"));
  const auto arn = Arn::Parse(text);
  if (!arn || !arn->resource.starts_with(kGroupResource)) return Invalid(fmt::format("Invalid resource ARN {}.", text));
  std::string name = arn->resource.substr(kGroupResource.size());
  if (arn->account != call.scope.account.str() || arn->region != call.scope.region.str()) return GroupNotFound(name);
  return name;
}

std::string GroupRequestDigest(const Call& call) {
  Json rest = call.input;
  rest.erase("ClientToken");
  return rest.dump();
}

}  // namespace

Result<Json> GroupOperations::CreateScheduleGroup(const Call& call) {
  const Fields in(call.input);
  Group group;
  group.scope = call.scope;
  ASSIGN_OR_RETURN(group.name, in.String("Name"));
  if (group.name == kDefaultGroup) return DefaultGroupIsFixed();
  AddTags(in.List("Tags"), group.tags);
  const std::string token = in.StringOr("ClientToken", "");
  const TokenStore::Request request{call.scope, call.operation, token, GroupRequestDigest(call)};
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const TimePoint now = deps_.clock.Now();
    if (std::optional<Json> answer = TokenStore::Find(txn, request, now)) return *std::move(answer);
    GroupStore::EnsureDefault(txn, call.scope, now);
    if (GroupStore::Find(txn, call.scope, group.name)) return GroupExists(group.name);
    if (GroupStore::Count(txn, call.scope) >= kMostGroups) return TooManyGroups();
    group.created_at = group.modified_at = now;
    GroupStore::Insert(txn, group);
    const Json answer{{"ScheduleGroupArn", group.Arn()}};
    TokenStore::Remember(txn, request, answer, now);
    return answer;
  });
}

Result<Json> GroupOperations::GetScheduleGroup(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (name == kDefaultGroup) GroupStore::EnsureDefault(txn, call.scope, deps_.clock.Now());
    const std::optional<Group> group = GroupStore::Find(txn, call.scope, name);
    if (!group) return GroupNotFound(name);
    return GroupView(*group);
  });
}

Result<Json> GroupOperations::DeleteScheduleGroup(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("Name"));
  if (name == kDefaultGroup) return DefaultGroupIsFixed();
  const std::string token = in.StringOr("ClientToken", "");
  const TokenStore::Request request{call.scope, call.operation, token, GroupRequestDigest(call)};
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const TimePoint now = deps_.clock.Now();
    if (std::optional<Json> answer = TokenStore::Find(txn, request, now)) return *std::move(answer);
    const std::optional<Group> group = GroupStore::Find(txn, call.scope, name);
    if (!group) return GroupNotFound(name);
    for (const ScheduleId id : ScheduleStore::FindInGroup(txn, call.scope, name)) firing_.Delete(txn, id);
    GroupStore::Delete(txn, *group);
    TokenStore::Remember(txn, request, Json::object(), now);
    return Json::object();
  });
}

Result<Json> GroupOperations::ListScheduleGroups(const Call& call) {
  const Fields in(call.input);
  PagePlace after;
  if (const auto token = in.OptionalString("NextToken")) {
    std::optional<PagePlace> place = ReadPageToken(*token);
    if (!place) return InvalidNextToken();
    after = *std::move(place);
  }
  const std::int64_t limit = in.IntOr("MaxResults", kMostPerPage);
  const std::string prefix = in.StringOr("NamePrefix", "");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    GroupStore::EnsureDefault(txn, call.scope, deps_.clock.Now());
    std::vector<Group> groups = GroupStore::List(txn, call.scope, prefix, after.name, limit + 1);
    Json answer{{"ScheduleGroups", Json::array()}};
    if (static_cast<std::int64_t>(groups.size()) > limit) {
      groups.pop_back();
      answer["NextToken"] = WritePageToken({{}, groups.back().name});
    }
    for (const Group& group : groups) answer["ScheduleGroups"].push_back(GroupView(group));
    return answer;
  });
}

Result<Json> GroupOperations::TagResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, GroupOfArn(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (name == kDefaultGroup) GroupStore::EnsureDefault(txn, call.scope, deps_.clock.Now());
    std::optional<Group> group = GroupStore::Find(txn, call.scope, name);
    if (!group) return GroupNotFound(name);
    AddTags(Fields(call.input).List("Tags"), group->tags);
    GroupStore::Update(txn, *group);
    return Json::object();
  });
}

Result<Json> GroupOperations::UntagResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, GroupOfArn(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::optional<Group> group = GroupStore::Find(txn, call.scope, name);
    if (!group) return name == kDefaultGroup ? Result<Json>(Json::object()) : GroupNotFound(name);
    for (const std::string& key : Fields(call.input).Strings("TagKeys")) group->tags.erase(key);
    GroupStore::Update(txn, *group);
    return Json::object();
  });
}

Result<Json> GroupOperations::ListTagsForResource(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, GroupOfArn(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const std::optional<Group> group = GroupStore::Find(reader, call.scope, name);
    if (!group && name != kDefaultGroup) return GroupNotFound(name);
    Json tags = Json::array();
    if (group) {
      for (const auto& [key, value] : group->tags.items()) tags.push_back({{"Key", key}, {"Value", value}});
    }
    return Json{{"Tags", tags}};
  });
}

}  // namespace stratolite::scheduler
