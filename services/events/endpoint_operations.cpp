#include "events/endpoint_operations.hpp"

#include <fmt/format.h>

#include <array>

#include "events/bus_access.hpp"
#include "events/bus_store.hpp"
#include "events/errors.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kIdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::array<const char*, 5> kDocumentMembers = {"Description", "RoutingConfig", "ReplicationConfig",
                                                         "EventBuses", "RoleArn"};

/// Over what the endpoint has already, the members that a call gives.
void TakeEndpointMembers(const Json& input, Json& document) {
  for (const char* member : kDocumentMembers) {
    if (const auto given = input.find(member); given != input.end()) document[member] = *given;
  }
}

/// Two buses of one name, one at home and one where the secondary route leads; a role where events are replicated.
/// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEndpoint.html
Result<void> CheckEndpoint(storage::Reader& reader, const Scope& scope, const Json& document) {
  const Fields in(document);
  const Fields failover(Fields(in.Object("RoutingConfig")).Object("FailoverConfig"));
  const Region secondary(Fields(failover.Object("Secondary")).StringOr("Route", ""));
  std::vector<BusAddress> buses;
  for (const Json& bus : in.List("EventBuses")) {
    ASSIGN_OR_RETURN(BusAddress address, ParseBusAddress(bus.value("EventBusArn", ""), scope));
    if (!BusStore::FindHead(reader, address.scope, address.name)) return BusNotFound(address.name);
    buses.push_back(std::move(address));
  }
  if (buses.size() != 2 || buses[0].name != buses[1].name || buses[0].scope.account != scope.account ||
      buses[1].scope.account != scope.account) {
    return ParameterNotValid("EventBuses", "The event buses must have the same name, in two Regions of this account.");
  }
  if (buses[0].scope.region != scope.region) std::swap(buses[0], buses[1]);
  if (buses[0].scope.region != scope.region || buses[1].scope.region != secondary || secondary == scope.region)
    return ParameterNotValid("EventBuses", "The event buses must be in the primary and in the secondary Region.");
  const bool replicates = Fields(in.Object("ReplicationConfig")).StringOr("State", "ENABLED") == "ENABLED";
  if (replicates && !in.Has("RoleArn"))
    return ParameterNotValid("RoleArn", "A role is required when event replication is enabled.");
  return {};
}

/// What creating and changing answer.
Json EndpointAnswer(const Endpoint& endpoint, const char* state) {
  Json answer = endpoint.document;
  answer.erase("Description");
  answer["Name"] = endpoint.name;
  answer["Arn"] = endpoint.arn;
  answer["State"] = state;
  return answer;
}

std::string EndpointUrl(const Endpoint& endpoint) {
  return fmt::format("https://{}.endpoint.events.{}", endpoint.endpoint_id, DnsSuffixOf(endpoint.scope.region));
}

Json EndpointView(const Endpoint& endpoint) {
  Json view = endpoint.document;
  view["Name"] = endpoint.name;
  view["Arn"] = endpoint.arn;
  view["EndpointId"] = endpoint.endpoint_id;
  view["EndpointUrl"] = EndpointUrl(endpoint);
  view["State"] = "ACTIVE";
  view["CreationTime"] = ToJson(endpoint.created_at);
  view["LastModifiedTime"] = ToJson(endpoint.modified_at);
  return view;
}

/// Endpoints are asked for in their home region, from wherever.
Scope HomeOf(const Call& call) {
  Scope scope = call.scope;
  if (const auto home = Fields(call.input).OptionalString("HomeRegion")) scope.region = Region(*home);
  return scope;
}

}  // namespace

Result<Json> EndpointOperations::CreateEndpoint(const Call& call) {
  Endpoint endpoint;
  endpoint.scope = call.scope;
  ASSIGN_OR_RETURN(endpoint.name, Fields(call.input).String("Name"));
  endpoint.arn = MakeArn("events", endpoint.scope, fmt::format("endpoint/{}", endpoint.name)).ToString();
  endpoint.endpoint_id =
      fmt::format("{}.{}", deps_.random.String(10, kIdAlphabet), deps_.random.String(3, kIdAlphabet));
  endpoint.document = Json::object();
  TakeEndpointMembers(call.input, endpoint.document);
  if (!endpoint.document.contains("ReplicationConfig")) endpoint.document["ReplicationConfig"]["State"] = "ENABLED";
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EndpointStore::Find(txn, call.scope, endpoint.name)) return EndpointAlreadyExists(endpoint.name);
    RETURN_IF_ERROR(CheckEndpoint(txn, call.scope, endpoint.document));
    endpoint.created_at = deps_.clock.Now();
    endpoint.modified_at = endpoint.created_at;
    EndpointStore::Insert(txn, endpoint);
    return EndpointAnswer(endpoint, "CREATING");
  });
}

Result<Json> EndpointOperations::UpdateEndpoint(const Call& call) {
  const std::string name = Fields(call.input).StringOr("Name", "");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const EndpointPtr found = EndpointStore::Find(txn, call.scope, name);
    if (!found) return EndpointNotFound(name);
    Endpoint endpoint = *found;
    TakeEndpointMembers(call.input, endpoint.document);
    RETURN_IF_ERROR(CheckEndpoint(txn, call.scope, endpoint.document));
    endpoint.modified_at = deps_.clock.Now();
    EndpointStore::Update(txn, endpoint);
    Json answer = EndpointAnswer(endpoint, "UPDATING");
    answer["EndpointId"] = endpoint.endpoint_id;
    answer["EndpointUrl"] = EndpointUrl(endpoint);
    return answer;
  });
}

Result<Json> EndpointOperations::DeleteEndpoint(const Call& call) {
  const std::string name = Fields(call.input).StringOr("Name", "");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const EndpointPtr endpoint = EndpointStore::Find(txn, call.scope, name);
    if (!endpoint) return EndpointNotFound(name);
    EndpointStore::Delete(txn, *endpoint);
    return Json::object();
  });
}

Result<Json> EndpointOperations::DescribeEndpoint(const Call& call) {
  const std::string name = Fields(call.input).StringOr("Name", "");
  const EndpointPtr endpoint =
      deps_.db.Read([&](storage::Reader& reader) { return EndpointStore::Find(reader, HomeOf(call), name); });
  if (!endpoint) return EndpointNotFound(name);
  return EndpointView(*endpoint);
}

Result<Json> EndpointOperations::ListEndpoints(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, PageOf(call, "MaxResults"));
  const std::string prefix = Fields(call.input).StringOr("NamePrefix", "");
  const auto found = deps_.db.Read([&](storage::Reader& reader) {
    return EndpointStore::List(reader, HomeOf(call), prefix, page.after, page.limit + 1);
  });
  Json items = Json::array();
  std::vector<std::string> names;
  for (const EndpointPtr& endpoint : found) {
    items.push_back(EndpointView(*endpoint));
    names.push_back(endpoint->name);
  }
  return PageAnswer("Endpoints", std::move(items), names, page);
}

}  // namespace stratolite::events
