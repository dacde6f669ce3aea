#include "events/archive_store.hpp"

#include <fmt/format.h>

namespace stratolite::events {
namespace {

// The columns must come in the order that ToArchive and ToReplay read.
constexpr std::string_view kArchiveByName =
    "SELECT id, account, region, name, uuid, bus_id, bus_arn, rule_id, description, pattern, kms_key, retention_days,"
    " event_count, size_bytes, created_at FROM events_archive WHERE account = ? AND region = ? AND name = ?";
constexpr std::string_view kArchiveById =
    "SELECT id, account, region, name, uuid, bus_id, bus_arn, rule_id, description, pattern, kms_key, retention_days,"
    " event_count, size_bytes, created_at FROM events_archive WHERE id = ?";
constexpr std::string_view kArchiveByRule =
    "SELECT id, account, region, name, uuid, bus_id, bus_arn, rule_id, description, pattern, kms_key, retention_days,"
    " event_count, size_bytes, created_at FROM events_archive WHERE rule_id = ?";
constexpr std::string_view kArchives =
    "SELECT id, account, region, name, uuid, bus_id, bus_arn, rule_id, description, pattern, kms_key, retention_days,"
    " event_count, size_bytes, created_at FROM events_archive WHERE account = ? AND region = ? AND name > ? AND"
    " substr(name, 1, ?) = ? AND (? = '' OR bus_arn = ?) ORDER BY name LIMIT ?";

constexpr std::string_view kReplayByName =
    "SELECT id, account, region, name, description, archive_id, archive_arn, bus_arn, rule_arns, from_time, until_time,"
    " state, state_reason, started_at, ended_at, last_replayed_at FROM events_replay WHERE account = ? AND region = ?"
    " AND name = ?";
constexpr std::string_view kReplayById =
    "SELECT id, account, region, name, description, archive_id, archive_arn, bus_arn, rule_arns, from_time, until_time,"
    " state, state_reason, started_at, ended_at, last_replayed_at FROM events_replay WHERE id = ?";
constexpr std::string_view kReplays =
    "SELECT id, account, region, name, description, archive_id, archive_arn, bus_arn, rule_arns, from_time, until_time,"
    " state, state_reason, started_at, ended_at, last_replayed_at FROM events_replay WHERE account = ? AND region = ?"
    " AND name > ? AND substr(name, 1, ?) = ? AND (? = '' OR archive_arn = ?) AND (? = '' OR state = ?) ORDER BY name"
    " LIMIT ?";

ArchivePtr ToArchive(const storage::Row& row) {
  auto archive = std::make_shared<Archive>();
  archive->id = row.Int(0);
  archive->scope = {AccountId(row.Text(1)), Region(row.Text(2))};
  archive->name = row.Text(3);
  archive->arn = ArchiveArn(archive->scope, archive->name);
  archive->uuid = row.Text(4);
  archive->bus = row.Int(5);
  archive->bus_arn = row.Text(6);
  archive->rule = row.Int(7);
  archive->description = row.Text(8);
  archive->pattern_text = row.Text(9);
  archive->kms_key = row.Text(10);
  archive->retention_days = row.Int(11);
  archive->event_count = row.Int(12);
  archive->size_bytes = row.Int(13);
  archive->created_at = row.Time(14);
  return archive;
}

std::optional<TimePoint> OptionalTime(const storage::Row& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Time(column);
}

ReplayPtr ToReplay(const storage::Row& row) {
  auto replay = std::make_shared<Replay>();
  replay->id = row.Int(0);
  replay->scope = {AccountId(row.Text(1)), Region(row.Text(2))};
  replay->name = row.Text(3);
  replay->arn = ReplayArn(replay->scope, replay->name);
  replay->description = row.Text(4);
  replay->archive = row.Int(5);
  replay->archive_arn = row.Text(6);
  replay->bus_arn = row.Text(7);
  replay->rule_arns = Json::parse(row.TextView(8)).get<std::vector<std::string>>();
  replay->from = row.Time(9);
  replay->until = row.Time(10);
  replay->state = row.Text(11);
  replay->state_reason = row.Text(12);
  replay->started_at = row.Time(13);
  replay->ended_at = OptionalTime(row, 14);
  replay->last_replayed_at = OptionalTime(row, 15);
  return replay;
}

}  // namespace

std::string ArchiveArn(const Scope& scope, std::string_view name) {
  return MakeArn("events", scope, fmt::format("archive/{}", name)).ToString();
}

std::string ReplayArn(const Scope& scope, std::string_view name) {
  return MakeArn("events", scope, fmt::format("replay/{}", name)).ToString();
}

ArchivePtr ArchiveStore::Find(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader.QueryOne(kArchiveByName, {scope.account, scope.region, name}, ToArchive).value_or(nullptr);
}

ArchivePtr ArchiveStore::Find(storage::Reader& reader, ArchiveId id) {
  return reader.QueryOne(kArchiveById, {id}, ToArchive).value_or(nullptr);
}

ArchivePtr ArchiveStore::FindByRule(storage::Reader& reader, RuleId rule) {
  return reader.QueryOne(kArchiveByRule, {rule}, ToArchive).value_or(nullptr);
}

void ArchiveStore::Insert(storage::Txn& txn, Archive& archive) {
  txn.Run(
      "INSERT INTO events_archive (account, region, name, uuid, bus_id, bus_arn, rule_id, description, pattern, "
      "kms_key,"
      " retention_days, event_count, size_bytes, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {archive.scope.account, archive.scope.region, archive.name, archive.uuid, archive.bus, archive.bus_arn,
       archive.rule, archive.description, archive.pattern_text, archive.kms_key, archive.retention_days,
       archive.event_count, archive.size_bytes, archive.created_at});
  archive.id = txn.last_insert_rowid();
}

void ArchiveStore::Update(storage::Txn& txn, const Archive& archive) {
  txn.Run("UPDATE events_archive SET description = ?, pattern = ?, kms_key = ?, retention_days = ? WHERE id = ?",
          {archive.description, archive.pattern_text, archive.kms_key, archive.retention_days, archive.id});
}

void ArchiveStore::Delete(storage::Txn& txn, const Archive& archive) {
  txn.Run("DELETE FROM events_archive WHERE id = ?", {archive.id});
}

void ArchiveStore::AddEvents(storage::Txn& txn, ArchiveId archive, std::int64_t count, std::int64_t bytes) {
  txn.Run("UPDATE events_archive SET event_count = event_count + ?, size_bytes = size_bytes + ? WHERE id = ?",
          {count, bytes, archive});
}

std::vector<ArchivePtr> ArchiveStore::List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                           std::string_view bus_arn, std::string_view after, std::int64_t limit) {
  std::vector<ArchivePtr> archives;
  reader.Query(kArchives, {scope.account, scope.region, after, prefix.size(), prefix, bus_arn, bus_arn, limit},
               [&](const storage::Row& row) { archives.push_back(ToArchive(row)); });
  return archives;
}

ReplayPtr ReplayStore::Find(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader.QueryOne(kReplayByName, {scope.account, scope.region, name}, ToReplay).value_or(nullptr);
}

ReplayPtr ReplayStore::Find(storage::Reader& reader, ReplayId id) {
  return reader.QueryOne(kReplayById, {id}, ToReplay).value_or(nullptr);
}

void ReplayStore::Insert(storage::Txn& txn, Replay& replay) {
  txn.Run(
      "INSERT INTO events_replay (account, region, name, description, archive_id, archive_arn, bus_arn, rule_arns,"
      " from_time, until_time, state, state_reason, started_at, ended_at, last_replayed_at)"
      " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {replay.scope.account, replay.scope.region, replay.name, replay.description, replay.archive, replay.archive_arn,
       replay.bus_arn, Json(replay.rule_arns).dump(), replay.from, replay.until, replay.state, replay.state_reason,
       replay.started_at, replay.ended_at, replay.last_replayed_at});
  replay.id = txn.last_insert_rowid();
}

void ReplayStore::Update(storage::Txn& txn, const Replay& replay) {
  txn.Run("UPDATE events_replay SET state = ?, state_reason = ?, ended_at = ?, last_replayed_at = ? WHERE id = ?",
          {replay.state, replay.state_reason, replay.ended_at, replay.last_replayed_at, replay.id});
}

std::int64_t ReplayStore::CountActive(storage::Reader& reader, const Scope& scope) {
  return reader.QueryInt(
      "SELECT COUNT(*) FROM events_replay WHERE account = ? AND region = ? AND state IN ('STARTING', 'RUNNING',"
      " 'CANCELLING')",
      {scope.account, scope.region});
}

std::vector<ReplayPtr> ReplayStore::List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                         std::string_view archive_arn, std::string_view state, std::string_view after,
                                         std::int64_t limit) {
  std::vector<ReplayPtr> replays;
  reader.Query(
      kReplays,
      {scope.account, scope.region, after, prefix.size(), prefix, archive_arn, archive_arn, state, state, limit},
      [&](const storage::Row& row) { replays.push_back(ToReplay(row)); });
  return replays;
}

}  // namespace stratolite::events
