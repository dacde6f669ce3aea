#include "events/bus_store.hpp"

#include <fmt/format.h>

#include <utility>

namespace stratolite::events {
namespace {

// The texts of each pair stand together because their columns must come in the order that is read.
constexpr std::string_view kBusByName =
    "SELECT id, version, account, region, name, created_at, modified_at, description, policy, kms_key, dead_letter_arn,"
    " log_config, tags FROM events_bus WHERE account = ? AND region = ? AND name = ?";
constexpr std::string_view kBusesByName =
    "SELECT id, version, account, region, name, created_at, modified_at, description, policy, kms_key, dead_letter_arn,"
    " log_config, tags FROM events_bus WHERE account = ? AND region = ? AND name > ? AND substr(name, 1, ?) = ?"
    " ORDER BY name LIMIT ?";

constexpr std::string_view kRuleByName =
    "SELECT r.id, r.bus_id, b.account, b.region, b.name, r.name, r.pattern, r.schedule, r.state, r.description,"
    " r.role_arn, r.managed_by, r.created_by, r.tags, r.created_at FROM events_rule r JOIN events_bus b ON b.id = "
    "r.bus_id"
    " WHERE r.bus_id = ? AND r.name = ?";
constexpr std::string_view kRuleById =
    "SELECT r.id, r.bus_id, b.account, b.region, b.name, r.name, r.pattern, r.schedule, r.state, r.description,"
    " r.role_arn, r.managed_by, r.created_by, r.tags, r.created_at FROM events_rule r JOIN events_bus b ON b.id = "
    "r.bus_id"
    " WHERE r.id = ?";
constexpr std::string_view kRulesOfBus =
    "SELECT r.id, r.bus_id, b.account, b.region, b.name, r.name, r.pattern, r.schedule, r.state, r.description,"
    " r.role_arn, r.managed_by, r.created_by, r.tags, r.created_at FROM events_rule r JOIN events_bus b ON b.id = "
    "r.bus_id"
    " WHERE r.bus_id = ? AND r.name > ? AND substr(r.name, 1, ?) = ? ORDER BY r.name LIMIT ?";
constexpr std::string_view kListeningRules =
    "SELECT r.id, r.bus_id, b.account, b.region, b.name, r.name, r.pattern, r.schedule, r.state, r.description,"
    " r.role_arn, r.managed_by, r.created_by, r.tags, r.created_at FROM events_rule r JOIN events_bus b ON b.id = "
    "r.bus_id"
    " WHERE r.bus_id = ? AND r.pattern <> '' AND r.state <> 'DISABLED' ORDER BY r.id";

Tags TagsFrom(std::string_view text) { return Json::parse(text).get<Tags>(); }
std::string TagsText(const Tags& tags) { return Json(tags).dump(); }

std::shared_ptr<Bus> ToBus(const storage::Row& row) {
  auto bus = std::make_shared<Bus>();
  bus->id = row.Int(0);
  bus->version = row.Int(1);
  bus->scope = {AccountId(row.Text(2)), Region(row.Text(3))};
  bus->name = row.Text(4);
  bus->arn = BusArn(bus->scope, bus->name);
  bus->created_at = row.Time(5);
  bus->modified_at = row.Time(6);
  bus->description = row.Text(7);
  bus->policy = row.Text(8);
  bus->kms_key = row.Text(9);
  if (!row.IsNull(10)) bus->dead_letter_queue = Arn::Parse(row.TextView(10));
  if (!row.IsNull(11)) bus->log_config = Json::parse(row.TextView(11));
  bus->tags = TagsFrom(row.TextView(12));
  return bus;
}

std::shared_ptr<Rule> ToRule(const storage::Row& row) {
  auto rule = std::make_shared<Rule>();
  rule->id = row.Int(0);
  rule->bus = row.Int(1);
  rule->scope = {AccountId(row.Text(2)), Region(row.Text(3))};
  rule->bus_name = row.Text(4);
  rule->name = row.Text(5);
  rule->arn = RuleArn(rule->scope, rule->bus_name, rule->name);
  rule->pattern_text = row.Text(6);
  rule->schedule = row.Text(7);
  rule->state = row.Text(8);
  rule->description = row.Text(9);
  rule->role_arn = row.Text(10);
  rule->managed_by = row.Text(11);
  rule->created_by = row.Text(12);
  rule->tags = TagsFrom(row.TextView(13));
  rule->created_at = row.Time(14);
  return rule;
}

void LoadTargets(storage::Reader& reader, Rule& rule) {
  reader.Query("SELECT document FROM events_target WHERE rule_id = ? ORDER BY ordinal", {rule.id},
               [&](const storage::Row& row) { rule.targets.push_back(TargetFrom(Json::parse(row.TextView(0)))); });
}

RulePtr WithTargets(storage::Reader& reader, std::optional<std::shared_ptr<Rule>> rule) {
  if (!rule) return nullptr;
  LoadTargets(reader, **rule);
  return *rule;
}

/// `default` as it looks before anything is stored about it.
std::shared_ptr<Bus> UnstoredDefault(const Scope& scope) {
  auto bus = std::make_shared<Bus>();
  bus->scope = scope;
  bus->name = kDefaultBus;
  bus->arn = BusArn(scope, kDefaultBus);
  return bus;
}

std::shared_ptr<Bus> ReadBus(storage::Reader& reader, const Scope& scope, std::string_view name) {
  auto bus = reader.QueryOne(kBusByName, {scope.account, scope.region, name}, ToBus);
  if (bus) return *std::move(bus);
  return name == kDefaultBus ? UnstoredDefault(scope) : nullptr;
}

/// The bus with what an event needs.
BusPtr ReadListeningBus(storage::Reader& reader, const Scope& scope, std::string_view name) {
  std::shared_ptr<Bus> bus = ReadBus(reader, scope, name);
  if (!bus) return nullptr;
  std::vector<std::shared_ptr<Rule>> rules;
  reader.Query(kListeningRules, {bus->id}, [&](const storage::Row& row) { rules.push_back(ToRule(row)); });
  std::vector<patterns::EventPattern> patterns;
  for (const std::shared_ptr<Rule>& rule : rules) {
    // PutRule took the pattern; one that is no longer understood must not stop the others.
    Result<patterns::EventPattern> pattern = patterns::EventPattern::Parse(rule->pattern_text);
    if (!pattern) continue;
    rule->pattern = *std::move(pattern);
    LoadTargets(reader, *rule);
    patterns.push_back(*rule->pattern);
    bus->rules.push_back(rule);
  }
  bus->matcher = std::make_shared<const patterns::PatternSet>(std::move(patterns));
  return bus;
}

struct BusVersion {
  BusId id = 0;
  std::int64_t version = 0;
};

BusVersion ReadVersion(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader
      .QueryOne("SELECT id, version FROM events_bus WHERE account = ? AND region = ? AND name = ?",
                {scope.account, scope.region, name},
                [](const storage::Row& row) { return BusVersion{row.Int(0), row.Int(1)}; })
      .value_or(BusVersion{});
}

std::string CacheKey(const Scope& scope, std::string_view name) {
  return fmt::format("{}/{}/{}", scope.account.str(), scope.region.str(), name);
}

void Touch(storage::Txn& txn, BusId bus) { txn.Run("UPDATE events_bus SET version = version + 1 WHERE id = ?", {bus}); }

std::optional<std::string> ArnText(const std::optional<Arn>& arn) {
  if (!arn) return std::nullopt;
  return arn->ToString();
}

std::optional<std::string> DocumentText(const Json& document) {
  if (document.is_null()) return std::nullopt;
  return document.dump();
}

}  // namespace

std::string BusArn(const Scope& scope, std::string_view bus) {
  return MakeArn("events", scope, fmt::format("event-bus/{}", bus)).ToString();
}

std::string RuleArn(const Scope& scope, std::string_view bus, std::string_view rule) {
  return MakeArn("events", scope,
                 bus == kDefaultBus ? fmt::format("rule/{}", rule) : fmt::format("rule/{}/{}", bus, rule))
      .ToString();
}

Target TargetFrom(Json document) {
  Target target;
  target.id = document.value("Id", "");
  if (auto arn = Arn::Parse(document.value("Arn", ""))) target.arn = *std::move(arn);
  if (const auto dead = document.find("DeadLetterConfig"); dead != document.end())
    target.dead_letter_queue = Arn::Parse(dead->value("Arn", ""));
  if (const auto policy = document.find("RetryPolicy"); policy != document.end()) {
    target.max_retries = policy->value("MaximumRetryAttempts", target.max_retries);
    if (const auto age = policy->find("MaximumEventAgeInSeconds"); age != policy->end())
      target.max_age = std::chrono::seconds(age->get<std::int64_t>());
  }
  target.document = std::move(document);
  return target;
}

BusPtr BusStore::Find(const Scope& scope, std::string_view name) {
  const std::string key = CacheKey(scope, name);
  const std::uint64_t epoch = Epoch();
  BusPtr bus = db_.Read([&](storage::Reader& reader) -> BusPtr {
    const BusVersion current = ReadVersion(reader, scope, name);
    if (BusPtr cached = Cached(key, current.id, current.version)) return cached;
    return ReadListeningBus(reader, scope, name);
  });
  if (bus) Remember(key, bus, epoch);
  return bus;
}

BusPtr BusStore::Find(storage::Txn& txn, const Scope& scope, std::string_view name) {
  const std::string key = CacheKey(scope, name);
  const BusVersion current = ReadVersion(txn, scope, name);
  if (BusPtr cached = Cached(key, current.id, current.version)) return cached;
  const std::uint64_t epoch = Epoch();
  BusPtr bus = ReadListeningBus(txn, scope, name);
  // What a transaction sees may never be committed, and its version given to something else.
  if (bus) txn.OnCommit([this, key, bus, epoch] { Remember(key, bus, epoch); });
  return bus;
}

BusPtr BusStore::FindHead(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return ReadBus(reader, scope, name);
}

BusPtr BusStore::FindForChange(storage::Txn& txn, const Scope& scope, std::string_view name, TimePoint now) {
  std::shared_ptr<Bus> bus = ReadBus(txn, scope, name);
  if (bus && bus->id == 0) {
    bus->created_at = now;
    bus->modified_at = now;
    Insert(txn, *bus);
  }
  return bus;
}

void BusStore::Insert(storage::Txn& txn, Bus& bus) {
  bus.version = 1;
  txn.Run(
      "INSERT INTO events_bus (account, region, name, version, created_at, modified_at, description, policy, kms_key,"
      " dead_letter_arn, log_config, tags) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
      {bus.scope.account, bus.scope.region, bus.name, bus.version, bus.created_at, bus.modified_at, bus.description,
       bus.policy, bus.kms_key, ArnText(bus.dead_letter_queue), DocumentText(bus.log_config), TagsText(bus.tags)});
  bus.id = txn.last_insert_rowid();
}

void BusStore::Update(storage::Txn& txn, const Bus& bus) {
  txn.Run(
      "UPDATE events_bus SET version = version + 1, modified_at = ?, description = ?, policy = ?, kms_key = ?,"
      " dead_letter_arn = ?, log_config = ?, tags = ? WHERE id = ?",
      {bus.modified_at, bus.description, bus.policy, bus.kms_key, ArnText(bus.dead_letter_queue),
       DocumentText(bus.log_config), TagsText(bus.tags), bus.id});
}

void BusStore::Delete(storage::Txn& txn, const Bus& bus) { txn.Run("DELETE FROM events_bus WHERE id = ?", {bus.id}); }

std::vector<BusPtr> BusStore::List(storage::Reader& reader, const Scope& scope, std::string_view prefix,
                                   std::string_view after, std::int64_t limit) {
  std::vector<BusPtr> buses;
  reader.Query(kBusesByName, {scope.account, scope.region, after, prefix.size(), prefix, limit},
               [&](const storage::Row& row) { buses.push_back(ToBus(row)); });
  return buses;
}

RulePtr BusStore::FindRule(storage::Reader& reader, BusId bus, std::string_view name) {
  return WithTargets(reader, reader.QueryOne(kRuleByName, {bus, name}, ToRule));
}

RulePtr BusStore::FindRule(storage::Reader& reader, RuleId id) {
  return WithTargets(reader, reader.QueryOne(kRuleById, {id}, ToRule));
}

void BusStore::InsertRule(storage::Txn& txn, Rule& rule) {
  txn.Run(
      "INSERT INTO events_rule (bus_id, name, pattern, schedule, state, description, role_arn, managed_by, created_by,"
      " tags, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
      {rule.bus, rule.name, rule.pattern_text, rule.schedule, rule.state, rule.description, rule.role_arn,
       rule.managed_by, rule.created_by, TagsText(rule.tags), rule.created_at});
  rule.id = txn.last_insert_rowid();
  Touch(txn, rule.bus);
}

void BusStore::UpdateRule(storage::Txn& txn, const Rule& rule) {
  txn.Run(
      "UPDATE events_rule SET pattern = ?, schedule = ?, state = ?, description = ?, role_arn = ?, tags = ? WHERE id = "
      "?",
      {rule.pattern_text, rule.schedule, rule.state, rule.description, rule.role_arn, TagsText(rule.tags), rule.id});
  Touch(txn, rule.bus);
}

void BusStore::DeleteRule(storage::Txn& txn, const Rule& rule) {
  txn.Run("DELETE FROM events_target WHERE rule_id = ?", {rule.id});
  txn.Run("DELETE FROM events_rule WHERE id = ?", {rule.id});
  Touch(txn, rule.bus);
}

std::vector<RulePtr> BusStore::ListRules(storage::Reader& reader, BusId bus, std::string_view prefix,
                                         std::string_view after, std::int64_t limit) {
  std::vector<RulePtr> rules;
  reader.Query(kRulesOfBus, {bus, after, prefix.size(), prefix, limit},
               [&](const storage::Row& row) { rules.push_back(ToRule(row)); });
  return rules;
}

std::vector<std::string> BusStore::ListRuleNamesByTarget(storage::Reader& reader, BusId bus,
                                                         std::string_view target_arn, std::string_view after,
                                                         std::int64_t limit) {
  std::vector<std::string> names;
  reader.Query(
      "SELECT DISTINCT r.name FROM events_target t JOIN events_rule r ON r.id = t.rule_id WHERE t.arn = ? AND"
      " r.bus_id = ? AND r.name > ? ORDER BY r.name LIMIT ?",
      {target_arn, bus, after, limit}, [&](const storage::Row& row) { names.push_back(row.Text(0)); });
  return names;
}

void BusStore::PutTarget(storage::Txn& txn, const Rule& rule, const Target& target) {
  txn.Run(
      "INSERT INTO events_target (rule_id, target_id, arn, document) VALUES (?,?,?,?)"
      " ON CONFLICT (rule_id, target_id) DO UPDATE SET arn = excluded.arn, document = excluded.document",
      {rule.id, target.id, target.arn.ToString(), target.document.dump()});
  Touch(txn, rule.bus);
}

bool BusStore::RemoveTarget(storage::Txn& txn, const Rule& rule, std::string_view id) {
  const bool removed = txn.Run("DELETE FROM events_target WHERE rule_id = ? AND target_id = ?", {rule.id, id}) > 0;
  if (removed) Touch(txn, rule.bus);
  return removed;
}

std::int64_t BusStore::CountTargets(storage::Reader& reader, RuleId rule) {
  return reader.QueryInt("SELECT COUNT(*) FROM events_target WHERE rule_id = ?", {rule});
}

BusPtr BusStore::Cached(const std::string& key, BusId id, std::int64_t version) {
  const std::scoped_lock lock(mutex_);
  const auto found = cache_.find(key);
  if (found == cache_.end() || found->second->id != id || found->second->version != version) return nullptr;
  return found->second;
}

void BusStore::Remember(const std::string& key, const BusPtr& bus, std::uint64_t epoch) {
  const std::scoped_lock lock(mutex_);
  if (epoch != epoch_) return;
  BusPtr& held = cache_[key];
  if (!held || held->id < bus->id || (held->id == bus->id && held->version < bus->version)) held = bus;
}

std::uint64_t BusStore::Epoch() {
  const std::scoped_lock lock(mutex_);
  return epoch_;
}

void BusStore::Clear() {
  const std::scoped_lock lock(mutex_);
  cache_.clear();
  ++epoch_;
}

}  // namespace stratolite::events
