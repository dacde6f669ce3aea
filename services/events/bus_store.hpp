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

/// Buses, rules and targets. Every event needs a bus with its rules, so those are kept in memory as long as the bus has the same version in the store.
/// `default` is always there. Thread-safe. Blocks.
class BusStore {
 public:
  explicit BusStore(storage::Database& db) : db_(db) {}

  /// With rules and matcher; nullptr: no such bus. Not within a transaction.
  BusPtr Find(const Scope& scope, std::string_view name);
  /// The same within a transaction, as that sees it.
  BusPtr Find(storage::Txn& txn, const Scope& scope, std::string_view name);
  /// The bus alone, without its rules.
  static BusPtr FindHead(storage::Reader& reader, const Scope& scope, std::string_view name);
  /// The bus alone, for changes: writes the row of `default` when there is none yet.
  BusPtr FindForChange(storage::Txn& txn, const Scope& scope, std::string_view name, TimePoint now);

  /// Fills in the id.
  void Insert(storage::Txn& txn, Bus& bus);
  /// All but rules.
  void Update(storage::Txn& txn, const Bus& bus);
  /// Precondition: it has no rules.
  void Delete(storage::Txn& txn, const Bus& bus);
  /// By name, after `after`, at most `limit`, without their rules. `default` only when it is stored.
  static std::vector<BusPtr> List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                  std::string_view after, std::int64_t limit);

  /// nullptr: no such rule.
  static RulePtr FindRule(storage::Reader& reader, BusId bus, std::string_view name);
  static RulePtr FindRule(storage::Reader& reader, RuleId id);
  /// Fills in the id.
  void InsertRule(storage::Txn& txn, Rule& rule);
  /// Stores all but targets.
  void UpdateRule(storage::Txn& txn, const Rule& rule);
  /// With its targets.
  void DeleteRule(storage::Txn& txn, const Rule& rule);
  /// By name, after `after`, at most `limit`, without their targets.
  static std::vector<RulePtr> ListRules(storage::Reader& reader, BusId bus, std::string_view prefix,
                                        std::string_view after, std::int64_t limit);
  static std::vector<std::string> ListRuleNamesByTarget(storage::Reader& reader, BusId bus, std::string_view target_arn,
                                                        std::string_view after, std::int64_t limit);

  /// Adds, or replaces the one with the same id.
  void PutTarget(storage::Txn& txn, const Rule& rule, const Target& target);
  /// Whether there was one.
  bool RemoveTarget(storage::Txn& txn, const Rule& rule, std::string_view id);
  static std::int64_t CountTargets(storage::Reader& reader, RuleId rule);

  /// Forgets what memory holds (reset).
  void Clear();

 private:
  /// What the cache holds, if it is that version of that bus.
  BusPtr Cached(const std::string& key, BusId id, std::int64_t version);
  void Remember(const std::string& key, const BusPtr& bus, std::uint64_t epoch);
  std::uint64_t Epoch();

  storage::Database& db_;
  std::mutex mutex_;
  std::unordered_map<std::string, BusPtr> cache_;  // guarded by mutex_
  /// Counts resets: what was read before one must not enter the cache after it. Guarded by mutex_.
  std::uint64_t epoch_ = 0;
};

/// A target out of its document.
Target TargetFrom(Json document);

}  // namespace stratolite::events
