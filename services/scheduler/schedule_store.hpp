#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::scheduler {

/// The rows of schedules and of their unfinished invocations. Without state: Thread-safe. Blocks.
class ScheduleStore {
 public:
  static std::optional<Schedule> Find(storage::Reader& reader, const Scope& scope, std::string_view group,
                                      std::string_view name);
  static std::optional<Schedule> Find(storage::Reader& reader, ScheduleId id);
  /// Fills in the id.
  static void Insert(storage::Txn& txn, Schedule& schedule);
  /// Everything but names.
  static void Update(storage::Txn& txn, const Schedule& schedule);
  static void SetNext(storage::Txn& txn, const Schedule& schedule);
  /// With its invocations, whose due rows the caller has cancelled.
  static void Delete(storage::Txn& txn, ScheduleId id);
  static std::vector<ScheduleId> FindInGroup(storage::Reader& reader, const Scope& scope, std::string_view group);

  struct Filter {
    /// Empty: any.
    std::string group;
    std::string name_prefix;
    std::optional<bool> enabled;
    /// Only what comes after this one.
    std::string after_group;
    std::string after_name;
  };
  /// By group and name, at most `limit`.
  static std::vector<Schedule> List(storage::Reader& reader, const Scope& scope, const Filter& filter,
                                    std::int64_t limit);

  static std::optional<Invocation> FindInvocation(storage::Reader& reader, InvocationId id);
  static std::vector<InvocationId> FindInvocations(storage::Reader& reader, ScheduleId schedule);
  /// Fills in the id.
  static void InsertInvocation(storage::Txn& txn, Invocation& invocation);
  static void SetAttempts(storage::Txn& txn, const Invocation& invocation);
  static void DeleteInvocation(storage::Txn& txn, InvocationId id);
};

}  // namespace stratolite::scheduler
