#include "events/target_operations.hpp"

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "events/target_checks.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
constexpr std::int64_t kMostTargets = 5;

Result<RulePtr> FindRuleOfTargets(storage::Reader& reader, const Call& call, const BusAddress& address) {
  const std::string name = Fields(call.input).StringOr("Rule", "");
  const BusPtr bus = BusStore::FindHead(reader, address.scope, address.name);
  if (!bus) return BusNotFound(address.name);
  RulePtr rule = BusStore::FindRule(reader, bus->id, name);
  if (!rule) return RuleNotFound(name, address.name);
  return rule;
}

/// Nothing fails here one by one: what is wrong with a target is an error of the whole call.
Json NothingFailed() { return {{"FailedEntryCount", 0}, {"FailedEntries", Json::array()}}; }

}  // namespace

Result<Json> TargetOperations::PutTargets(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  const Json& targets = Fields(call.input).List("Targets");
  RETURN_IF_ERROR(CheckTargets(targets));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const RulePtr rule, FindRuleOfTargets(txn, call, address));
    if (!rule->managed_by.empty()) return ManagedRule(rule->name);
    for (const Json& target : targets) buses_.PutTarget(txn, *rule, TargetFrom(target));
    if (BusStore::CountTargets(txn, rule->id) > kMostTargets) return LimitExceeded();
    const RulePtr changed = BusStore::FindRule(txn, rule->id);
    follower_.RuleChanged(txn, *changed);
    return NothingFailed();
  });
}

Result<Json> TargetOperations::RemoveTargets(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  const Fields in(call.input);
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const RulePtr rule, FindRuleOfTargets(txn, call, address));
    if (!rule->managed_by.empty() && !in.BoolOr("Force", false)) return ManagedRule(rule->name);
    // Removing a target that is not there is no failure.
    for (const std::string& id : in.Strings("Ids")) buses_.RemoveTarget(txn, *rule, id);
    const RulePtr changed = BusStore::FindRule(txn, rule->id);
    follower_.RuleChanged(txn, *changed);
    return NothingFailed();
  });
}

Result<Json> TargetOperations::ListTargetsByRule(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  ASSIGN_OR_RETURN(const RulePtr rule,
                   deps_.db.Read([&](storage::Reader& reader) { return FindRuleOfTargets(reader, call, address); }));
  Json items = Json::array();
  std::vector<std::string> ids;
  // A rule has five targets at most; the token is the last one's id.
  bool reached = page.after.empty();
  for (const Target& target : rule->targets) {
    if (reached) {
      items.push_back(target.document);
      ids.push_back(target.id);
    }
    reached = reached || target.id == page.after;
  }
  return PageAnswer("Targets", std::move(items), ids, page);
}

}  // namespace stratolite::events
