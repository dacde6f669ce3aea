#include "scheduler/schedule_store.hpp"

namespace stratolite::scheduler {
namespace {

Schedule ToSchedule(const storage::Row& row) {
  Schedule schedule;
  schedule.id = row.Int(0);
  schedule.scope = {AccountId(row.Text(1)), Region(row.Text(2))};
  schedule.group = row.Text(3);
  schedule.name = row.Text(4);
  schedule.definition = Json::parse(row.TextView(5));
  schedule.created_at = row.Time(6);
  schedule.modified_at = row.Time(7);
  schedule.anchor = row.Time(8);
  if (!row.IsNull(9)) schedule.next = row.Time(9);
  return schedule;
}

}  // namespace

std::optional<Schedule> ScheduleStore::Find(storage::Reader& reader, const Scope& scope, std::string_view group,
                                            std::string_view name) {
  return reader.QueryOne(
      "SELECT id, account, region, group_name, name, definition, created_at, modified_at, anchor, next_at FROM "
      "schedules_schedule"
      " WHERE account = ? AND region = ? AND group_name = ? AND name = ?",
      {scope.account, scope.region, group, name}, ToSchedule);
}

std::optional<Schedule> ScheduleStore::Find(storage::Reader& reader, ScheduleId id) {
  return reader.QueryOne(
      "SELECT id, account, region, group_name, name, definition, created_at, modified_at, anchor, next_at FROM "
      "schedules_schedule WHERE id = ?",
      {id}, ToSchedule);
}

void ScheduleStore::Insert(storage::Txn& txn, Schedule& schedule) {
  txn.Run(
      "INSERT INTO schedules_schedule (account, region, group_name, name, enabled, definition, created_at, "
      "modified_at, anchor, next_at)"
      " VALUES (?,?,?,?,?,?,?,?,?,?)",
      {schedule.scope.account, schedule.scope.region, schedule.group, schedule.name, schedule.enabled(),
       schedule.definition.dump(), schedule.created_at, schedule.modified_at, schedule.anchor, schedule.next});
  schedule.id = txn.last_insert_rowid();
}

void ScheduleStore::Update(storage::Txn& txn, const Schedule& schedule) {
  txn.Run(
      "UPDATE schedules_schedule SET enabled = ?, definition = ?, modified_at = ?, anchor = ?, next_at = ? WHERE id = "
      "?",
      {schedule.enabled(), schedule.definition.dump(), schedule.modified_at, schedule.anchor, schedule.next,
       schedule.id});
}

void ScheduleStore::SetNext(storage::Txn& txn, const Schedule& schedule) {
  txn.Run("UPDATE schedules_schedule SET next_at = ? WHERE id = ?", {schedule.next, schedule.id});
}

void ScheduleStore::Delete(storage::Txn& txn, ScheduleId id) {
  txn.Run("DELETE FROM schedules_invocation WHERE schedule_id = ?", {id});
  txn.Run("DELETE FROM schedules_schedule WHERE id = ?", {id});
}

std::vector<ScheduleId> ScheduleStore::FindInGroup(storage::Reader& reader, const Scope& scope,
                                                   std::string_view group) {
  std::vector<ScheduleId> ids;
  reader.Query("SELECT id FROM schedules_schedule WHERE account = ? AND region = ? AND group_name = ?",
               {scope.account, scope.region, group}, [&](const storage::Row& row) { ids.push_back(row.Int(0)); });
  return ids;
}

std::vector<Schedule> ScheduleStore::List(storage::Reader& reader, const Scope& scope, const Filter& filter,
                                          std::int64_t limit) {
  const std::int64_t state = filter.enabled ? static_cast<std::int64_t>(*filter.enabled) : -1;
  std::vector<Schedule> schedules;
  reader.Query(
      "SELECT id, account, region, group_name, name, definition, created_at, modified_at, anchor, next_at FROM "
      "schedules_schedule"
      " WHERE account = ? AND region = ? AND (? = '' OR group_name = ?) AND substr(name, 1, ?) = ? AND (? < 0 OR "
      "enabled = ?)"
      " AND (group_name > ? OR (group_name = ? AND name > ?)) ORDER BY group_name, name LIMIT ?",
      {scope.account, scope.region, filter.group, filter.group, static_cast<std::int64_t>(filter.name_prefix.size()),
       filter.name_prefix, state, state, filter.after_group, filter.after_group, filter.after_name, limit},
      [&](const storage::Row& row) { schedules.push_back(ToSchedule(row)); });
  return schedules;
}

std::optional<Invocation> ScheduleStore::FindInvocation(storage::Reader& reader, InvocationId id) {
  return reader.QueryOne(
      "SELECT id, schedule_id, account, region, schedule_arn, target, scheduled_at, fired_at, attempts FROM "
      "schedules_invocation WHERE id = ?",
      {id}, [](const storage::Row& row) {
        return Invocation{.id = row.Int(0),
                          .schedule = row.Int(1),
                          .scope = {AccountId(row.Text(2)), Region(row.Text(3))},
                          .schedule_arn = row.Text(4),
                          .target = Json::parse(row.TextView(5)),
                          .scheduled_at = row.Time(6),
                          .fired_at = row.Time(7),
                          .attempts = row.Int(8)};
      });
}

std::vector<InvocationId> ScheduleStore::FindInvocations(storage::Reader& reader, ScheduleId schedule) {
  std::vector<InvocationId> ids;
  reader.Query("SELECT id FROM schedules_invocation WHERE schedule_id = ?", {schedule},
               [&](const storage::Row& row) { ids.push_back(row.Int(0)); });
  return ids;
}

void ScheduleStore::InsertInvocation(storage::Txn& txn, Invocation& invocation) {
  txn.Run(
      "INSERT INTO schedules_invocation (schedule_id, account, region, schedule_arn, target, scheduled_at, fired_at, "
      "attempts) VALUES (?,?,?,?,?,?,?,?)",
      {invocation.schedule, invocation.scope.account, invocation.scope.region, invocation.schedule_arn,
       invocation.target.dump(), invocation.scheduled_at, invocation.fired_at, invocation.attempts});
  invocation.id = txn.last_insert_rowid();
}

void ScheduleStore::SetAttempts(storage::Txn& txn, const Invocation& invocation) {
  txn.Run("UPDATE schedules_invocation SET attempts = ? WHERE id = ?", {invocation.attempts, invocation.id});
}

void ScheduleStore::DeleteInvocation(storage::Txn& txn, InvocationId id) {
  txn.Run("DELETE FROM schedules_invocation WHERE id = ?", {id});
}

}  // namespace stratolite::scheduler
