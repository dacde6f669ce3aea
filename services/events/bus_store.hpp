#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "events/model.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {

/// Buses, rules and targets. Every event needs a bus with its rules, so those are kept in memory until a commit changes them. Thread-safe. Blocks.
class BusStore {
 public:
  explicit BusStore(storage::Database& db) : db_(db) {}

  /// nullptr: no such bus. `default` is made when it is first asked for within a transaction, and looks as if it were there before. Not within a transaction.
  BusPtr Find(const Scope& scope, std::string_view name);
  /// The same within a transaction; the cache is used where no transaction of this commit has changed the bus.
  BusPtr Find(storage::Txn& txn, const Scope& scope, std::string_view name);

  /// Fills in the id.
  void Insert(storage::Txn& txn, Bus& bus);
  void Update(storage::Txn& txn, const Bus& bus);
  /// With its rules.
  void Delete(storage::Txn& txn, const Bus& bus);
  /// By name, after `after`, at most `limit`, without their rules.
  static std::vector<BusPtr> List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                  std::string_view after, std::int64_t limit);

  /// nullptr: no such rule.
  static RulePtr FindRule(storage::Reader& reader, BusId bus, std::string_view name);
  static RulePtr FindRule(storage::Reader& reader, RuleId id);
  /// Fills in the id.
  void InsertRule(storage::Txn& txn, Rule& rule);
  /// Stores all but targets.
  void UpdateRule(storage::Txn& txn, const Rule& rule);
  void DeleteRule(storage::Txn& txn, const Rule& rule);
  static std::vector<RulePtr> ListRules(storage::Reader& reader, BusId bus, std::string_view prefix,
                                        std::string_view after, std::int64_t limit);
  static std::vector<std::string> ListRuleNamesByTarget(storage::Reader& reader, BusId bus, std::string_view target_arn,
                                                        std::string_view after, std::int64_t limit);

  /// Adds, or replaces the one with the same id.
  void PutTarget(storage::Txn& txn, const Rule& rule, const Target& target);
  /// Whether there was one.
  bool RemoveTarget(storage::Txn& txn, const Rule& rule, std::string_view id);

  /// Forgets what memory holds (reset).
  void Clear();

 private:
  void Invalidate(const Scope& scope, const std::string& name);

  storage::Database& db_;
  std::mutex mutex_;
  std::unordered_map<std::string, BusPtr> cache_;  // by ARN; guarded by mutex_
  /// Counts invalidations: what was read before one must not enter the cache after it. Guarded by mutex_.
  std::uint64_t epoch_ = 0;
};

}  // namespace stratolite::events
