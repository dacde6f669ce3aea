#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {

using ArchiveId = std::int64_t;
using ReplayId = std::int64_t;

/// Who manages the rule of an archive, as DescribeRule says.
inline constexpr std::string_view kArchiveManager = "prod.vhs.events.aws.internal";

/// An archive: what its rule matches is kept. Plain data.
struct Archive {
  ArchiveId id = 0;
  Scope scope;
  std::string name;
  std::string arn;
  /// Distinguishes archives of one name over time; part of what the rule's target is given.
  std::string uuid;
  BusId bus = 0;
  std::string bus_arn;
  /// The managed rule `Events-Archive-<name>`.
  RuleId rule = 0;
  std::string description;
  /// As given; empty: every event.
  std::string pattern_text;
  std::string kms_key;
  /// 0: for ever.
  std::int64_t retention_days = 0;
  std::int64_t event_count = 0;
  std::int64_t size_bytes = 0;
  TimePoint created_at;
};
using ArchivePtr = std::shared_ptr<const Archive>;

/// A replay, running or over. Plain data.
struct Replay {
  ReplayId id = 0;
  Scope scope;
  std::string name;
  std::string arn;
  std::string description;
  ArchiveId archive = 0;
  std::string archive_arn;
  std::string bus_arn;
  /// ARNs of the only rules that get the events; empty: all rules of the bus.
  std::vector<std::string> rule_arns;
  /// Events with `from <= time < until` are replayed.
  TimePoint from;
  TimePoint until;
  /// `STARTING`, `RUNNING`, `CANCELLING`, `CANCELLED`, `COMPLETED`, `FAILED`.
  std::string state;
  std::string state_reason;
  TimePoint started_at;
  std::optional<TimePoint> ended_at;
  std::optional<TimePoint> last_replayed_at;

  bool over() const { return state == "CANCELLED" || state == "COMPLETED" || state == "FAILED"; }
};
using ReplayPtr = std::shared_ptr<const Replay>;

std::string ArchiveArn(const Scope& scope, std::string_view name);
std::string ReplayArn(const Scope& scope, std::string_view name);

/// Rows of archives, without their events. Within a transaction or a read. Thread-safe.
class ArchiveStore {
 public:
  /// nullptr: none.
  static ArchivePtr Find(storage::Reader& reader, const Scope& scope, std::string_view name);
  static ArchivePtr Find(storage::Reader& reader, ArchiveId id);
  static ArchivePtr FindByRule(storage::Reader& reader, RuleId rule);
  /// Fills in the id.
  static void Insert(storage::Txn& txn, Archive& archive);
  /// Description, pattern, key and retention.
  static void Update(storage::Txn& txn, const Archive& archive);
  static void Delete(storage::Txn& txn, const Archive& archive);
  /// Counts events that came (or, negative, went).
  static void AddEvents(storage::Txn& txn, ArchiveId archive, std::int64_t count, std::int64_t bytes);
  /// By name, after `after`, at most `limit`; only those of `bus_arn` unless that is empty.
  static std::vector<ArchivePtr> List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                      std::string_view bus_arn, std::string_view after, std::int64_t limit);
};

/// Rows of replays. Within a transaction or a read. Thread-safe.
class ReplayStore {
 public:
  static ReplayPtr Find(storage::Reader& reader, const Scope& scope, std::string_view name);
  static ReplayPtr Find(storage::Reader& reader, ReplayId id);
  /// Fills in the id.
  static void Insert(storage::Txn& txn, Replay& replay);
  /// State, its reason, and the times of the end and of the event replayed last.
  static void Update(storage::Txn& txn, const Replay& replay);
  /// How many of the scope are not over.
  static std::int64_t CountActive(storage::Reader& reader, const Scope& scope);
  /// By name, after `after`, at most `limit`; only those of `archive_arn` and in `state` unless those are empty.
  static std::vector<ReplayPtr> List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                     std::string_view archive_arn, std::string_view state, std::string_view after,
                                     std::int64_t limit);
};

}  // namespace stratolite::events
