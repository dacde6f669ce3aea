#include "events/put_events_operations.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "events/bus_access.hpp"
#include "events/endpoint_store.hpp"
#include "events/errors.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

/// "The total entry size must be less than 1MB": it was 256 KiB until 2026.
/// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
constexpr std::size_t kMaxBytesOfEntries = 1 << 20;
constexpr std::size_t kBytesOfTime = 14;
constexpr std::string_view kReservedSource = "aws.";
constexpr std::string_view kXrayHeader = "X-Amzn-Trace-Id";

std::size_t TextSize(const Json& entry, const char* member) {
  const Json* text = Fields(entry).Find(member);
  return text != nullptr && text->is_string() ? text->get_ref<const std::string&>().size() : 0;
}

/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size
std::size_t SizeOfEntry(const Json& entry) {
  const Fields in(entry);
  std::size_t size = in.Has("Time") ? kBytesOfTime : 0;
  for (const char* const member : {"Source", "DetailType", "Detail"}) size += TextSize(entry, member);
  for (const Json& resource : in.List("Resources")) size += resource.get_ref<const std::string&>().size();
  return size;
}

AwsError RequiredArgument(std::string_view name) {
  return {.code = "InvalidArgument",
          .message = fmt::format("Parameter {} is not valid. Reason: {} is a required argument.", name, name)};
}

AwsError NotAuthorizedForSource() {
  return {.code = "NotAuthorizedForSourceException", .message = "Not authorized for the source."};
}

/// Where the events of a call happen: with a global endpoint in its home region, wherever the caller is.
Result<Scope> ScopeOf(const Call& call, storage::Database& db) {
  const auto endpoint_id = Fields(call.input).OptionalString("EndpointId");
  if (!endpoint_id) return call.scope;
  const EndpointPtr endpoint = db.Read(
      [&](storage::Reader& reader) { return EndpointStore::FindById(reader, call.scope.account, *endpoint_id); });
  if (!endpoint) return EndpointNotFound(*endpoint_id);
  return endpoint->scope;
}

}  // namespace

Result<Event> PutEventsOperations::ReadEntry(const Call& call, const Scope& scope, const Json& entry) {
  const Fields in(entry);
  for (const char* const member : {"Source", "DetailType", "Detail"}) {
    if (TextSize(entry, member) == 0) return RequiredArgument(member);
  }
  Event::Parts parts;
  parts.source = in.StringOr("Source", "");
  if (parts.source.starts_with(kReservedSource)) return NotAuthorizedForSource();
  const TimePoint now = deps_.clock.Now();
  parts.id = deps_.random.Uuid();
  parts.detail_type = in.StringOr("DetailType", "");
  parts.account = scope.account.str();
  parts.region = scope.region.str();
  parts.time = in.OptionalTime("Time").value_or(now);
  parts.resources = in.Strings("Resources");
  parts.detail = in.Find("Detail")->get_ref<const std::string&>();
  parts.trace_header = in.StringOr("TraceHeader", "");
  if (parts.trace_header.empty() && call.headers != nullptr) parts.trace_header = call.headers->Get(kXrayHeader);
  return MakeEvent(std::move(parts), now);
}

Result<Json> PutEventsOperations::PutEvents(const Call& call) {
  const Json& entries = Fields(call.input).List("Entries");
  std::size_t bytes = 0;
  for (const Json& entry : entries) bytes += SizeOfEntry(entry);
  if (bytes >= kMaxBytesOfEntries)
    return ValidationException("Total size of the entries in the request is over the limit.");

  ASSIGN_OR_RETURN(const Scope scope, ScopeOf(call, deps_.db));
  Json results = Json::array();
  std::int64_t failed = 0;
  std::vector<EventDispatch::Routed> routed;
  std::map<std::string, BusPtr> buses;
  for (const Json& entry : entries) {
    const std::string bus_name = Fields(entry).StringOr("EventBusName", kDefaultBus);
    auto bus = buses.find(bus_name);
    if (bus == buses.end()) {
      ASSIGN_OR_RETURN(const BusAddress address, ParseBusAddress(bus_name, scope));
      bus = buses.emplace(bus_name, buses_.Find(address.scope, address.name)).first;
    }
    Result<Event> event = ReadEntry(call, scope, entry);
    if (!event.ok()) {
      ++failed;
      results.push_back({{"ErrorCode", event.error().code}, {"ErrorMessage", event.error().message}});
      continue;
    }
    results.push_back({{"EventId", event->id}});
    // An event for a bus that is not there is taken and gone.
    if (bus->second != nullptr) routed.push_back(dispatch_.Route(bus->second, *std::move(event)));
  }
  std::erase_if(routed, [](const EventDispatch::Routed& one) { return one.bus->rules.empty(); });
  if (!routed.empty()) deps_.db.Transact([&](storage::Txn& txn) { dispatch_.Put(txn, routed); });
  return Json{{"FailedEntryCount", failed}, {"Entries", std::move(results)}};
}

}  // namespace stratolite::events
