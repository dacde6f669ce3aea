#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::scheduler {

inline constexpr std::string_view kDefaultGroup = "default";
/// Who calls targets, as policies and logs of theirs see it.
inline constexpr std::string_view kPrincipal = "scheduler.amazonaws.com";

struct Group {
  Scope scope;
  std::string name;
  TimePoint created_at;
  TimePoint modified_at;
  /// An object of strings.
  Json tags = Json::object();

  std::string Arn() const { return MakeArn("scheduler", scope, "schedule-group/" + name).ToString(); }
};

using ScheduleId = std::int64_t;

struct Schedule {
  ScheduleId id = 0;
  Scope scope;
  std::string group;
  std::string name;
  /// What the caller defined, in the API's words with defaults filled in: ScheduleExpression, Target, FlexibleTimeWindow, State, …
  Json definition;
  TimePoint created_at;
  TimePoint modified_at;
  /// What a rate counts from.
  TimePoint anchor;
  /// The next moment that the expression names.
  std::optional<TimePoint> next;

  std::string Arn() const { return MakeArn("scheduler", scope, "schedule/" + group + "/" + name).ToString(); }
  bool enabled() const { return definition.at("State") == "ENABLED"; }
  bool deleted_after_completion() const { return definition.at("ActionAfterCompletion") == "DELETE"; }
};

using InvocationId = std::int64_t;

/// One moment of a schedule at which its target is called, until that has come to an end.
struct Invocation {
  InvocationId id = 0;
  ScheduleId schedule = 0;
  Scope scope;
  std::string schedule_arn;
  /// As it was defined when the moment came.
  Json target;
  TimePoint scheduled_at;
  TimePoint fired_at;
  /// Tries that were begun.
  std::int64_t attempts = 0;
};

}  // namespace stratolite::scheduler
