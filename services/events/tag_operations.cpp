#include "events/tag_operations.hpp"

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "events/tags.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kRulePrefix = "rule/";
constexpr std::string_view kBusPrefix = "event-bus/";

/// What has tags: a bus, or a rule of one.
struct Tagged {
  BusAddress bus;
  /// Empty: the bus itself.
  std::string rule;
};

Result<Tagged> ParseTagged(const Call& call) {
  const std::string text = Fields(call.input).StringOr("ResourceARN", "");
  const AwsError malformed = ParameterNotValid(text, "Provided Arn is not in correct format.");
  const std::optional<Arn> arn = Arn::Parse(text);
  if (!arn || arn->service != "events" || !IsAccountId(arn->account) || !IsRegionName(arn->region)) return malformed;
  Tagged tagged{{{AccountId(arn->account), Region(arn->region)}, std::string(kDefaultBus)}, {}};
  if (arn->resource.starts_with(kBusPrefix)) {
    tagged.bus.name = arn->resource.substr(kBusPrefix.size());
    return tagged;
  }
  if (!arn->resource.starts_with(kRulePrefix)) return malformed;
  tagged.rule = arn->resource.substr(kRulePrefix.size());
  // Names of partners' buses have slashes; those of rules have not.
  if (const std::size_t slash = tagged.rule.rfind('/'); slash != std::string::npos) {
    tagged.bus.name = tagged.rule.substr(0, slash);
    tagged.rule.erase(0, slash + 1);
  }
  if (tagged.rule.empty()) return malformed;
  return tagged;
}

}  // namespace

Result<Json> TagOperations::ChangeTags(const Call& call, const std::function<Result<Tags>(const Tags&)>& change) {
  ASSIGN_OR_RETURN(const Tagged tagged, ParseTagged(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const BusPtr bus = buses_.FindForChange(txn, tagged.bus.scope, tagged.bus.name, deps_.clock.Now());
    if (!bus) return BusNotFound(tagged.bus.name);
    if (tagged.rule.empty()) {
      Bus changed = *bus;
      ASSIGN_OR_RETURN(changed.tags, change(bus->tags));
      buses_.Update(txn, changed);
      return Json::object();
    }
    const RulePtr rule = BusStore::FindRule(txn, bus->id, tagged.rule);
    if (!rule) return RuleNotFound(tagged.rule, tagged.bus.name);
    if (!rule->managed_by.empty()) return ManagedRule(rule->name);
    Rule changed = *rule;
    ASSIGN_OR_RETURN(changed.tags, change(rule->tags));
    buses_.UpdateRule(txn, changed);
    return Json::object();
  });
}

Result<Json> TagOperations::TagResource(const Call& call) {
  ASSIGN_OR_RETURN(const Tags more, CheckTags(Fields(call.input).List("Tags")));
  return ChangeTags(call, [&](const Tags& tags) { return MergeTags(tags, more); });
}

Result<Json> TagOperations::UntagResource(const Call& call) {
  const std::vector<std::string> keys = Fields(call.input).Strings("TagKeys");
  return ChangeTags(call, [&](const Tags& tags) -> Result<Tags> {
    Tags left = tags;
    for (const std::string& key : keys) left.erase(key);
    return left;
  });
}

Result<Json> TagOperations::ListTagsForResource(const Call& call) {
  ASSIGN_OR_RETURN(const Tagged tagged, ParseTagged(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const BusPtr bus = BusStore::FindHead(reader, tagged.bus.scope, tagged.bus.name);
    if (!bus) return BusNotFound(tagged.bus.name);
    if (tagged.rule.empty()) return Json{{"Tags", TagList(bus->tags)}};
    const RulePtr rule = BusStore::FindRule(reader, bus->id, tagged.rule);
    if (!rule) return RuleNotFound(tagged.rule, tagged.bus.name);
    return Json{{"Tags", TagList(rule->tags)}};
  });
}

}  // namespace stratolite::events
