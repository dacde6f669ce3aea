#include "events/api_destination_operations.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "events/bus_access.hpp"
#include "events/destination_store.hpp"
#include "events/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr std::int64_t kDefaultRate = 300;

/// AWS takes https:// alone.
Result<void> CheckInvocationEndpoint(const std::string& endpoint) {
  const std::string lower = AsciiLower(endpoint);
  if (lower.starts_with("https://") || lower.starts_with("http://")) return {};
  return ParameterNotValid("InvocationEndpoint", "It must begin with https:// or http://.");
}

/// A destination is as good as its connection.
std::string StateOf(storage::Reader& reader, const ApiDestination& destination) {
  const auto connection = destination_store::FindConnection(reader, destination.connection_arn);
  return connection && connection->state == "AUTHORIZED" ? "ACTIVE" : "INACTIVE";
}

Json DestinationChange(storage::Reader& reader, const ApiDestination& destination) {
  return {{"ApiDestinationArn", destination.arn()},
          {"ApiDestinationState", StateOf(reader, destination)},
          {"CreationTime", ToJson(destination.created_at)},
          {"LastModifiedTime", ToJson(destination.modified_at)}};
}

Json DestinationView(storage::Reader& reader, const ApiDestination& destination) {
  Json view = DestinationChange(reader, destination);
  view["Name"] = destination.name;
  view["ConnectionArn"] = destination.connection_arn;
  view["InvocationEndpoint"] = destination.endpoint;
  view["HttpMethod"] = destination.method;
  view["InvocationRateLimitPerSecond"] = destination.rate_per_second;
  return view;
}

Result<void> CheckConnection(storage::Reader& reader, const ApiDestination& destination) {
  if (destination_store::FindConnection(reader, destination.connection_arn)) return {};
  const auto arn = Arn::Parse(destination.connection_arn);
  return ConnectionNotFound(arn ? arn->resource : destination.connection_arn);
}

}  // namespace

void ApiDestinationOperations::Register(OperationTable& operations) {
  operations.Add("CreateApiDestination", this, &ApiDestinationOperations::CreateApiDestination);
  operations.Add("UpdateApiDestination", this, &ApiDestinationOperations::UpdateApiDestination);
  operations.Add("DeleteApiDestination", this, &ApiDestinationOperations::DeleteApiDestination);
  operations.Add("DescribeApiDestination", this, &ApiDestinationOperations::DescribeApiDestination);
  operations.Add("ListApiDestinations", this, &ApiDestinationOperations::ListApiDestinations);
}

Result<Json> ApiDestinationOperations::CreateApiDestination(const Call& call) {
  const Fields in(call.input);
  ApiDestination destination;
  destination.scope = call.scope;
  ASSIGN_OR_RETURN(destination.name, in.String("Name"));
  ASSIGN_OR_RETURN(destination.connection_arn, in.String("ConnectionArn"));
  ASSIGN_OR_RETURN(destination.endpoint, in.String("InvocationEndpoint"));
  ASSIGN_OR_RETURN(destination.method, in.String("HttpMethod"));
  RETURN_IF_ERROR(CheckInvocationEndpoint(destination.endpoint));
  destination.description = in.StringOr("Description", "");
  destination.rate_per_second = in.IntOr("InvocationRateLimitPerSecond", kDefaultRate);
  destination.uuid = deps_.random.Uuid();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (destination_store::FindDestination(txn, destination.scope, destination.name))
      return ApiDestinationAlreadyExists(destination.name);
    RETURN_IF_ERROR(CheckConnection(txn, destination));
    destination.created_at = destination.modified_at = deps_.clock.Now();
    destination_store::InsertDestination(txn, destination);
    return DestinationChange(txn, destination);
  });
}

Result<Json> ApiDestinationOperations::UpdateApiDestination(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("Name"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    auto destination = destination_store::FindDestination(txn, call.scope, name);
    if (!destination) return ApiDestinationNotFound(name);
    destination->description = in.StringOr("Description", destination->description);
    destination->connection_arn = in.StringOr("ConnectionArn", destination->connection_arn);
    destination->endpoint = in.StringOr("InvocationEndpoint", destination->endpoint);
    destination->method = in.StringOr("HttpMethod", destination->method);
    destination->rate_per_second = in.IntOr("InvocationRateLimitPerSecond", destination->rate_per_second);
    RETURN_IF_ERROR(CheckInvocationEndpoint(destination->endpoint));
    if (in.Has("ConnectionArn")) RETURN_IF_ERROR(CheckConnection(txn, *destination));
    destination->modified_at = deps_.clock.Now();
    destination_store::UpdateDestination(txn, *destination);
    return DestinationChange(txn, *destination);
  });
}

Result<Json> ApiDestinationOperations::DeleteApiDestination(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const auto destination = destination_store::FindDestination(txn, call.scope, name);
    if (!destination) return ApiDestinationNotFound(name);
    destination_store::DeleteDestination(txn, *destination);
    return Json::object();
  });
}

Result<Json> ApiDestinationOperations::DescribeApiDestination(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const auto destination = destination_store::FindDestination(reader, call.scope, name);
    if (!destination) return ApiDestinationNotFound(name);
    Json view = DestinationView(reader, *destination);
    SetUnlessEmpty(view, "Description", destination->description);
    return view;
  });
}

Result<Json> ApiDestinationOperations::ListApiDestinations(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  const destination_store::Filter filter{in.StringOr("NamePrefix", ""), in.StringOr("ConnectionArn", ""), page.after,
                                         page.limit + 1};
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    Json items = Json::array();
    std::vector<std::string> names;
    for (const ApiDestination& destination : destination_store::ListDestinations(reader, call.scope, filter)) {
      items.push_back(DestinationView(reader, destination));
      names.push_back(destination.name);
    }
    return PageAnswer("ApiDestinations", std::move(items), names, page);
  });
}

}  // namespace stratolite::events
