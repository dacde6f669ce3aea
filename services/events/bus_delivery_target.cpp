#include "events/bus_delivery_target.hpp"

#include <utility>

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kSenderIsRule = "events.amazonaws.com";

TimePoint TimeOf(const Fields& parameters, TimePoint fallback) {
  const Json* time = parameters.Find("Time");
  if (time == nullptr) return fallback;
  if (time->is_number()) return FromEpochSeconds(time->get<double>()).value_or(fallback);
  return time->is_string() ? ParseIso8601(time->get_ref<const std::string&>()).value_or(fallback) : fallback;
}

}  // namespace

Result<void> BusDeliveryTarget::CheckTarget(const Arn& target) {
  if (ApiDestinationDeliveries::IsApiDestination(target)) return api_calls_.CheckTarget(target);
  ASSIGN_OR_RETURN(const BusAddress bus, ParseBusAddress(target.ToString(), {}));
  if (buses_.Find(bus.scope, bus.name) == nullptr) return BusNotFound(bus.name);
  return {};
}

Result<events::Event> BusDeliveryTarget::ReadEvent(const Delivery& delivery) {
  const TimePoint now = deps_.clock.Now();
  events::Event::Parts parts;
  parts.id = deps_.random.Uuid();
  parts.account = delivery.source_account.str();
  parts.region = delivery.source_arn.region.empty() ? delivery.target.region : delivery.source_arn.region;
  parts.trace_header = delivery.trace_header;
  const Fields in(delivery.parameters);
  parts.time = TimeOf(in, now);
  parts.source = in.StringOr("Source", "");
  parts.resources = in.Strings("Resources");
  if (in.Has("DetailType")) {
    parts.detail_type = in.StringOr("DetailType", "");
    parts.detail = delivery.body;
    return MakeEvent(std::move(parts), now);
  }
  const std::string fresh_id = parts.id;
  ASSIGN_OR_RETURN(events::Event event, ReadEnvelope(delivery.body, std::move(parts), now));
  if (delivery.source_service != kSenderIsRule) return event;
  event.forwarded = true;
  if (delivery.source_arn.region == delivery.target.region) return event;
  // Seen on AWS: an event keeps its id within the region, also in another account, and gets a new one in another region.
  events::Event::Parts moved;
  moved.id = fresh_id;
  moved.trace_header = delivery.trace_header;
  moved.detail_type = event.detail_type;
  moved.source = event.source;
  moved.account = event.account;
  moved.region = event.region;
  moved.time = event.time;
  moved.resources = event.resources;
  moved.detail = event.detail();
  ASSIGN_OR_RETURN(events::Event renamed, MakeEvent(std::move(moved), now));
  renamed.forwarded = true;
  return renamed;
}

std::string BusDeliveryTarget::PolicyOf(storage::Txn& txn, const Arn& target) {
  if (ApiDestinationDeliveries::IsApiDestination(target)) return {};
  const auto address = ParseBusAddress(target.ToString(), {});
  const BusPtr bus = address.ok() ? buses_.Find(txn, address->scope, address->name) : nullptr;
  return bus == nullptr ? std::string() : bus->policy;
}

Result<void> BusDeliveryTarget::Deliver(storage::Txn& txn, const Delivery& delivery) {
  if (ApiDestinationDeliveries::IsApiDestination(delivery.target)) return api_calls_.Enqueue(txn, delivery);
  ASSIGN_OR_RETURN(const BusAddress address, ParseBusAddress(delivery.target.ToString(), {}));
  const BusPtr bus = buses_.Find(txn, address.scope, address.name);
  if (bus == nullptr) return BusNotFound(address.name);
  ASSIGN_OR_RETURN(const events::Event event, ReadEvent(delivery));
  dispatch_.Put(txn, *bus, event);
  return {};
}

void BusDeliveryTarget::Emit(storage::Txn& txn, const ports::EventBus::Event& event) {
  const BusPtr bus = buses_.Find(txn, event.scope, kDefaultBus);
  const std::string detail = event.detail.dump();
  events::Event::Parts parts;
  parts.id = deps_.random.Uuid();
  parts.detail_type = event.detail_type;
  parts.source = event.source;
  parts.account = event.scope.account.str();
  parts.region = event.scope.region.str();
  parts.time = event.time;
  parts.resources = event.resources;
  parts.detail = detail;
  if (const Result<events::Event> made = MakeEvent(std::move(parts), deps_.clock.Now()); made.ok())
    dispatch_.Put(txn, *bus, *made);
}

}  // namespace stratolite::events
