#include "events/event_dispatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "events/bus_access.hpp"
#include "events/input_transformer.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

using GivenUp = ApiDestinationDeliveries::GivenUp;

constexpr std::string_view kDeferredKind = "events.delivery";
constexpr std::string_view kEventsPrincipal = "events.amazonaws.com";

bool IsBus(const Arn& arn) { return arn.service == "events" && arn.resource.starts_with("event-bus/"); }

/// EventBridge's words for why an event could not be delivered.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
std::string ErrorCodeFor(const AwsError& error) {
  if (error.code == "LoopDetected") return "UNKNOWN";
  if (error.code.starts_with("NotFound") || error.code.starts_with("ResourceNotFound") ||
      error.code.ends_with("DoesNotExist"))
    return "NO_RESOURCE";
  if (error.code.starts_with("AccessDenied") || error.code.starts_with("AuthorizationError")) return "NO_PERMISSIONS";
  return "SDK_CLIENT_ERROR";
}

/// "EventBridge can't route events received from a sender event bus to a third event bus."
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
GivenUp ThirdHop(const Rule& rule, const Arn& target) {
  const bool other_region = target.region != rule.scope.region.str() && target.account == rule.scope.account.str();
  return {.error_code = other_region ? "THIRD_REGION_HOP_DETECTED" : "THIRD_ACCOUNT_HOP_DETECTED",
          .error_message = "An event that one event bus received from another is not sent on to a third.",
          .exhausted_condition = {}};
}

Json TextAttribute(std::string_view value) { return {{"DataType", "String"}, {"StringValue", value}}; }

}  // namespace

void EventDispatch::Start() {
  deps_.scheduler.Register(std::string(kDeferredKind), [this](const runtime::DueTask& task) { RunDeferred(task); });
}

EventDispatch::Routed EventDispatch::Route(BusPtr bus, Event event) {
  Routed routed{std::move(bus), std::move(event), {}};
  routed.matches = routed.bus->matcher->FindText(routed.event.text);
  for (const std::size_t match : routed.matches) {
    Prepare(*routed.bus->rules[match]);
    PrepareNextBuses(*routed.bus->rules[match], routed.event);
  }
  return routed;
}

void EventDispatch::PrepareNextBuses(const Rule& rule, const Event& event) {
  for (const Target& target : rule.targets) {
    if (!IsBus(target.arn)) continue;
    const Result<BusAddress> address = ParseBusAddress(target.arn.ToString(), rule.scope);
    const BusPtr bus = address.ok() ? buses_.Find(address->scope, address->name) : nullptr;
    if (bus == nullptr) continue;
    for (const std::size_t match : bus->matcher->FindText(event.text)) Prepare(*bus->rules[match]);
  }
}

void EventDispatch::Put(storage::Txn& txn, const std::vector<Routed>& events) {
  // Rules may have changed since: then what was found is found anew.
  std::map<const Bus*, BusPtr> current;
  for (const Routed& routed : events) {
    BusPtr& bus = current[routed.bus.get()];
    if (bus == nullptr) {
      bus = buses_.Find(txn, routed.bus->scope, routed.bus->name);
      if (bus == nullptr) bus = routed.bus;
    }
    if (bus != routed.bus && (bus->id != routed.bus->id || bus->version != routed.bus->version)) {
      Put(txn, *bus, routed.event);
      continue;
    }
    for (const std::size_t match : routed.matches) Fire(txn, *routed.bus->rules[match], routed.event);
  }
}

void EventDispatch::Put(storage::Txn& txn, const Bus& bus, const Event& event, const std::vector<std::string>& only) {
  for (const std::size_t match : bus.matcher->FindText(event.text)) {
    const Rule& rule = *bus.rules[match];
    if (only.empty() || std::find(only.begin(), only.end(), rule.arn) != only.end()) Fire(txn, rule, event);
  }
}

void EventDispatch::Fire(storage::Txn& txn, const Rule& rule, const Event& event) {
  if (EventArchive::IsArchiveRule(rule)) return archive_.Keep(txn, rule, event);
  for (const Target& target : rule.targets) SendTo(txn, rule, target, event);
}

Delivery EventDispatch::DeliveryFor(const Rule& rule, const Target& target, const Event& event) {
  Delivery delivery{.target = target.arn,
                    .source_service = std::string(kEventsPrincipal),
                    .source_arn = Arn::Parse(rule.arn).value_or(Arn{}),
                    .source_account = rule.scope.account,
                    .body = IsBus(target.arn) ? event.text : InputFor(event, rule, target),
                    .trace_header = event.trace_header};
  const Fields document(target.document);
  delivery.role_arn = document.StringOr("RoleArn", "");
  delivery.group_id = Fields(document.Object("SqsParameters")).StringOr("MessageGroupId", "");
  if (ApiDestinationDeliveries::IsApiDestination(target.arn)) {
    delivery.parameters = Json::object();
    if (Json http = HttpParametersFor(event, target); !http.is_null())
      delivery.parameters["HttpParameters"] = std::move(http);
    for (const char* const member : {"RetryPolicy", "DeadLetterConfig"}) {
      if (const Json* value = document.Find(member)) delivery.parameters[member] = *value;
    }
    if (target.dead_letter_queue && delivery.body != event.text) delivery.parameters["Event"] = event.text;
  }
  return delivery;
}

void EventDispatch::SendTo(storage::Txn& txn, const Rule& rule, const Target& target, const Event& event) {
  const TargetServices::Takes takes = services_.Ask(target.arn.service);
  if (takes == TargetServices::Takes::kUnknown) return Defer(txn, rule, target, event);
  const Delivery delivery = DeliveryFor(rule, target, event);
  const auto give_up = [&](const GivenUp& reason) {
    GiveUp(txn, delivery, target.dead_letter_queue, event.text, reason);
  };
  if (takes == TargetServices::Takes::kNo) {
    return give_up({.error_code = "NO_RESOURCE",
                    .error_message = fmt::format("Nothing here takes events for {}.", target.arn.service),
                    .exhausted_condition = {}});
  }
  if (event.forwarded && IsBus(target.arn)) return give_up(ThirdHop(rule, target.arn));
  const Result<void> sent = deps_.events.Send(txn, delivery);
  if (sent.ok()) return;
  give_up({.error_code = ErrorCodeFor(sent.error()), .error_message = sent.error().message, .exhausted_condition = {}});
}

void EventDispatch::OnGivenUp(storage::Txn& txn, const Delivery& delivery, const GivenUp& reason) {
  const Fields parameters(delivery.parameters);
  const std::optional<Arn> queue = Arn::Parse(Fields(parameters.Object("DeadLetterConfig")).StringOr("Arn", ""));
  GiveUp(txn, delivery, queue, parameters.StringOr("Event", delivery.body), reason);
}

void EventDispatch::GiveUp(storage::Txn& txn, const Delivery& delivery, const std::optional<Arn>& dead_letter_queue,
                           const std::string& original, const GivenUp& reason) {
  if (dead_letter_queue) {
    Delivery letter{.target = *dead_letter_queue,
                    .source_service = delivery.source_service,
                    .source_arn = delivery.source_arn,
                    .source_account = delivery.source_account,
                    .body = original,
                    .trace_header = delivery.trace_header};
    letter.attributes = {{"RULE_ARN", TextAttribute(delivery.source_arn.ToString())},
                         {"TARGET_ARN", TextAttribute(delivery.target.ToString())},
                         {"ERROR_CODE", TextAttribute(reason.error_code)},
                         {"ERROR_MESSAGE", TextAttribute(reason.error_message)}};
    if (!reason.exhausted_condition.empty()) {
      letter.attributes["EXHAUSTED_RETRY_CONDITION"] = TextAttribute(reason.exhausted_condition);
      letter.attributes["RETRY_ATTEMPTS"] = TextAttribute(std::to_string(reason.retries));
    }
    if (deps_.events.Send(txn, letter).ok()) return;
  }
  deps_.events.ReportLost(txn, delivery, {.code = reason.error_code, .message = reason.error_message});
}

void EventDispatch::Defer(storage::Txn& txn, const Rule& rule, const Target& target, const Event& event) {
  const Json payload = {{"rule", rule.id},
                        {"target", target.id},
                        {"event", event.text},
                        {"forwarded", event.forwarded},
                        {"trace", event.trace_header},
                        {"ingested", event.ingested_at.time_since_epoch().count()}};
  deps_.scheduler.Schedule(txn, kDeferredKind,
                           {.key = deps_.random.Uuid(), .due = deps_.clock.Now(), .payload = payload.dump()});
}

void EventDispatch::RunDeferred(const runtime::DueTask& task) {
  const Json payload = Json::parse(task.payload);
  const auto rule_id = payload.at("rule").get<RuleId>();
  const RulePtr rule = deps_.db.Read([&](storage::Reader& reader) { return BusStore::FindRule(reader, rule_id); });
  if (rule == nullptr) return;
  services_.Learn(*rule);
  Event::Parts defaults;
  defaults.trace_header = payload.at("trace").get<std::string>();
  Result<Event> event = ReadEnvelope(payload.at("event").get_ref<const std::string&>(), std::move(defaults),
                                     TimePoint(Duration(payload.at("ingested").get<std::int64_t>())));
  if (!event.ok()) return;
  event->forwarded = payload.at("forwarded").get<bool>();
  deps_.db.Transact([&](storage::Txn& txn) {
    deps_.scheduler.Cancel(txn, kDeferredKind, task.key);
    for (const Target& target : rule->targets) {
      if (target.id == payload.at("target")) SendTo(txn, *rule, target, *event);
    }
  });
}

}  // namespace stratolite::events
