#include "events/rule_operations.hpp"

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "events/tags.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/schedule_expression.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr const char* kEnabled = "ENABLED";
constexpr const char* kDisabled = "DISABLED";

Json RuleView(const Rule& rule) {
  Json view = {{"Name", rule.name}, {"Arn", rule.arn}, {"State", rule.state}, {"EventBusName", rule.bus_name}};
  SetUnlessEmpty(view, "EventPattern", rule.pattern_text);
  SetUnlessEmpty(view, "ScheduleExpression", rule.schedule);
  SetUnlessEmpty(view, "Description", rule.description);
  SetUnlessEmpty(view, "RoleArn", rule.role_arn);
  SetUnlessEmpty(view, "ManagedBy", rule.managed_by);
  return view;
}

/// Rules know rate and cron; at() is EventBridge Scheduler's.
Result<void> CheckSchedule(const std::string& text, const BusAddress& bus) {
  if (bus.name != kDefaultBus)
    return ValidationException("ScheduleExpression is supported only on the default event bus.");
  using runtime::ScheduleExpression;
  if (!ScheduleExpression::Parse(text, "UTC", ScheduleExpression::Dialect::kRule))
    return ParameterNotValid("ScheduleExpression");
  return {};
}

/// The rule that a call names; `Name` is required by the model.
Result<RulePtr> FindCalledRule(storage::Reader& reader, const Call& call, const BusAddress& address) {
  const std::string name = Fields(call.input).StringOr("Name", "");
  const BusPtr bus = BusStore::FindHead(reader, address.scope, address.name);
  if (!bus) return BusNotFound(address.name);
  RulePtr rule = BusStore::FindRule(reader, bus->id, name);
  if (!rule) return RuleNotFound(name, address.name);
  return rule;
}

}  // namespace

Result<Json> RuleOperations::PutRule(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  Rule rule;
  ASSIGN_OR_RETURN(rule.name, in.String("Name"));
  rule.pattern_text = in.StringOr("EventPattern", "");
  rule.schedule = in.StringOr("ScheduleExpression", "");
  if (rule.pattern_text.empty() && rule.schedule.empty())
    return ValidationException("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (!rule.schedule.empty()) RETURN_IF_ERROR(CheckSchedule(rule.schedule, address));
  if (!rule.pattern_text.empty()) RETURN_IF_ERROR(patterns::EventPattern::Parse(rule.pattern_text));
  rule.state = in.StringOr("State", kEnabled);
  rule.description = in.StringOr("Description", "");
  rule.role_arn = in.StringOr("RoleArn", "");
  ASSIGN_OR_RETURN(rule.tags, CheckTags(in.List("Tags")));

  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const BusPtr bus = buses_.FindForChange(txn, address.scope, address.name, deps_.clock.Now());
    if (!bus) return BusNotFound(address.name);
    rule.bus = bus->id;
    rule.scope = bus->scope;
    rule.bus_name = bus->name;
    rule.arn = RuleArn(bus->scope, bus->name, rule.name);
    if (const RulePtr existing = BusStore::FindRule(txn, bus->id, rule.name)) {
      if (!existing->managed_by.empty()) return ManagedRule(rule.name);
      // The rule is replaced as a whole, but for its targets and its tags: "any tags you specify in the PutRule operation are ignored".
      // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
      rule.id = existing->id;
      rule.tags = existing->tags;
      rule.targets = existing->targets;
      rule.created_by = existing->created_by;
      rule.created_at = existing->created_at;
      buses_.UpdateRule(txn, rule);
    } else {
      rule.created_by = call.scope.account.str();
      rule.created_at = deps_.clock.Now();
      buses_.InsertRule(txn, rule);
    }
    follower_.RuleChanged(txn, rule);
    return Json{{"RuleArn", rule.arn}};
  });
}

Result<Json> RuleOperations::DescribeRule(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  ASSIGN_OR_RETURN(const RulePtr rule,
                   deps_.db.Read([&](storage::Reader& reader) { return FindCalledRule(reader, call, address); }));
  Json answer = RuleView(*rule);
  answer["CreatedBy"] = rule->created_by;
  return answer;
}

Result<Json> RuleOperations::DeleteRule(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  const std::string name = Fields(call.input).StringOr("Name", "");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const BusPtr bus = BusStore::FindHead(txn, address.scope, address.name);
    if (!bus) return BusNotFound(address.name);
    const RulePtr rule = BusStore::FindRule(txn, bus->id, name);
    // "If you call DeleteRule multiple times for the same rule, all calls will succeed."
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
    if (!rule) return Json::object();
    if (!rule->managed_by.empty() && !Fields(call.input).BoolOr("Force", false)) return ManagedRule(name);
    if (!rule->targets.empty()) return RuleHasTargets();
    buses_.DeleteRule(txn, *rule);
    follower_.RuleDeleted(txn, *rule);
    return Json::object();
  });
}

Result<Json> RuleOperations::SetState(const Call& call, const char* state) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const RulePtr found, FindCalledRule(txn, call, address));
    if (!found->managed_by.empty()) return ManagedRule(found->name);
    Rule rule = *found;
    rule.state = state;
    buses_.UpdateRule(txn, rule);
    follower_.RuleChanged(txn, rule);
    return Json::object();
  });
}

Result<Json> RuleOperations::EnableRule(const Call& call) { return SetState(call, kEnabled); }

Result<Json> RuleOperations::DisableRule(const Call& call) { return SetState(call, kDisabled); }

Result<Json> RuleOperations::ListRules(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  const std::string prefix = Fields(call.input).StringOr("NamePrefix", "");
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const BusPtr bus = BusStore::FindHead(reader, address.scope, address.name);
    if (!bus) return BusNotFound(address.name);
    Json items = Json::array();
    std::vector<std::string> names;
    for (const RulePtr& rule : BusStore::ListRules(reader, bus->id, prefix, page.after, page.limit + 1)) {
      items.push_back(RuleView(*rule));
      names.push_back(rule->name);
    }
    return PageAnswer("Rules", std::move(items), names, page);
  });
}

Result<Json> RuleOperations::ListRuleNamesByTarget(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call));
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  ASSIGN_OR_RETURN(const std::string target, Fields(call.input).String("TargetArn"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const BusPtr bus = BusStore::FindHead(reader, address.scope, address.name);
    if (!bus) return BusNotFound(address.name);
    const auto names = BusStore::ListRuleNamesByTarget(reader, bus->id, target, page.after, page.limit + 1);
    return PageAnswer("RuleNames", Json(names), names, page);
  });
}

}  // namespace stratolite::events
