#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/patterns/event_pattern.hpp"

namespace stratolite::events {

using BusId = std::int64_t;
using RuleId = std::int64_t;
using Tags = std::map<std::string, std::string, std::less<>>;

/// A target of a rule. Plain data.
struct Target {
  std::string id;
  Arn arn;
  /// The target as PutTargets took it, with the model's member names: Input, InputPath, InputTransformer, SqsParameters, HttpParameters, …
  Json document;
  std::optional<Arn> dead_letter_queue;
  /// AWS's defaults: 185 retries in 24 hours.
  int max_retries = 185;
  Duration max_age = std::chrono::hours(24);
};

/// One rule with its targets as they were at one commit. Immutable once it is shared.
struct Rule {
  RuleId id = 0;
  BusId bus = 0;
  Scope scope;
  std::string bus_name;
  std::string name;
  std::string arn;
  /// As given; empty: none.
  std::string pattern_text;
  std::string schedule;
  /// `ENABLED`, `DISABLED`, `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
  std::string state;
  std::string description;
  std::string role_arn;
  std::string managed_by;
  /// The account whose PutRule made it.
  std::string created_by;
  Tags tags;
  TimePoint created_at;
  /// In the order in which they were added.
  std::vector<Target> targets;

  /// Only in the rules of a bus from BusStore::Find.
  std::optional<patterns::EventPattern> pattern;
  bool enabled() const { return state != "DISABLED"; }
};
using RulePtr = std::shared_ptr<const Rule>;

/// One event bus with the rules that listen to it, as they were at one commit. Immutable once it is shared. The bus `default` of an account and region is
/// there without having been made: its id is 0 until something is stored about it.
struct Bus {
  BusId id = 0;
  /// Grows with every change of the bus, its rules and their targets.
  std::int64_t version = 0;
  Scope scope;
  std::string name;
  std::string arn;
  std::string description;
  /// JSON; empty: none.
  std::string policy;
  std::string kms_key;
  std::optional<Arn> dead_letter_queue;
  /// The model's LogConfig; null: none.
  Json log_config = nullptr;
  Tags tags;
  TimePoint created_at;
  TimePoint modified_at;

  /// Only from BusStore::Find. Enabled rules with a pattern, and their patterns as one matcher with the same indexes.
  std::vector<RulePtr> rules;
  std::shared_ptr<const patterns::PatternSet> matcher;
};
using BusPtr = std::shared_ptr<const Bus>;

inline constexpr std::string_view kDefaultBus = "default";
/// `arn:aws:events:us-east-1:123456789012:event-bus/orders`
std::string BusArn(const Scope& scope, std::string_view bus);
/// `arn:aws:events:us-east-1:123456789012:rule/[orders/]rule`: the bus is named unless it is `default`.
std::string RuleArn(const Scope& scope, std::string_view bus, std::string_view rule);

}  // namespace stratolite::events
