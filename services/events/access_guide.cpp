#include "events/access_guide.hpp"

#include <string_view>

#include "events/bus_access.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kRuleResource = "rule/";
constexpr std::string_view kBusResources = "event-bus/";

/// Plain texts among what a pattern lists.
auth::AccessContext::Values TextsOfPattern(const Json& pattern, const char* field) {
  auth::AccessContext::Values texts;
  const auto found = pattern.find(field);
  if (found == pattern.end() || !found->is_array()) return texts;
  for (const Json& value : *found)
    if (value.is_string()) texts.push_back(value.get<std::string>());
  return texts;
}

void SetPatternKeys(const Call& call, auth::AccessContext& context) {
  const Json pattern = ParseJsonText(Fields(call.input).StringOr("EventPattern", ""));
  if (!pattern.is_object()) return;
  for (const char* field : {"source", "detail-type"})
    if (auto texts = TextsOfPattern(pattern, field); !texts.empty())
      context.Set(std::string("events:") + field, std::move(texts));
}

void SetTargetKeys(const Call& call, auth::AccessContext& context) {
  auth::AccessContext::Values arns;
  for (const Json& target : Fields(call.input).List("Targets")) arns.push_back(Fields(target).StringOr("Arn", ""));
  context.Set("events:TargetArn", std::move(arns));
}

/// The rule that a call is about; empty: not about a rule.
std::string RuleOfCall(const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Rule", in.StringOr("Name", ""));
  const auto bus = BusAddressOf(call);
  if (name.empty() || !bus.ok()) return {};
  return RuleArn(bus->scope, bus->name, name);
}

}  // namespace

void BusAccessGuide::Refine(const Call& call, std::vector<AccessNeed>& needs) {
  static constexpr std::string_view kAboutRules[] = {"PutRule",     "DeleteRule", "DescribeRule",  "EnableRule",
                                                     "DisableRule", "PutTargets", "RemoveTargets", "ListTargetsByRule"};
  for (const std::string_view operation : kAboutRules) {
    if (operation != call.operation) continue;
    const std::string rule = RuleOfCall(call);
    for (AccessNeed& need : needs)
      if (!rule.empty() && need.action.starts_with("events:")) need.resource = rule;
  }
  if (needs.empty()) return;
  if (call.operation == "PutRule") SetPatternKeys(call, needs.front().context);
  if (call.operation == "PutTargets") SetTargetKeys(call, needs.front().context);
}

ResourceFacts BusAccessGuide::FactsOfRule(const Arn& arn, std::string name) {
  std::string bus(kDefaultBus);
  // Names of partners' buses have slashes; those of rules have not.
  if (const std::size_t slash = name.rfind('/'); slash != std::string::npos) {
    bus = name.substr(0, slash);
    name.erase(0, slash + 1);
  }
  const Scope scope{AccountId(arn.account), Region(arn.region)};
  const RulePtr rule = db_.Read([&](storage::Reader& reader) -> RulePtr {
    const BusPtr found = BusStore::FindHead(reader, scope, bus);
    return found ? BusStore::FindRule(reader, found->id, name) : nullptr;
  });
  ResourceFacts facts;
  if (!rule) return facts;
  facts.tags.insert(rule->tags.begin(), rule->tags.end());
  if (!rule->managed_by.empty()) facts.context.Set("events:ManagedBy", rule->managed_by);
  if (!rule->created_by.empty()) facts.context.Set("events:creatorAccount", rule->created_by);
  return facts;
}

ResourceFacts BusAccessGuide::FactsOf(const Call&, const AccessNeed& need) {
  const auto arn = Arn::Parse(need.resource);
  if (!arn || arn->service != "events") return {};
  if (arn->resource.starts_with(kRuleResource)) return FactsOfRule(*arn, arn->resource.substr(kRuleResource.size()));
  ResourceFacts facts;
  if (!arn->resource.starts_with(kBusResources)) return facts;
  const BusPtr bus = buses_.Find({AccountId(arn->account), Region(arn->region)},
                                 std::string_view(arn->resource).substr(kBusResources.size()));
  if (!bus) return facts;
  facts.policy = bus->policy;
  facts.tags.insert(bus->tags.begin(), bus->tags.end());
  return facts;
}

}  // namespace stratolite::events
