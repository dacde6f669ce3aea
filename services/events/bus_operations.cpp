#include "events/bus_operations.hpp"

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "events/tags.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

constexpr std::string_view kPartnerPrefix = "aws.partner/";

/// The members that CreateEventBus and UpdateEventBus share. UpdateEventBus replaces all of them, also by nothing.
Result<void> ReadBusSettings(const Fields& in, Bus& bus) {
  bus.description = in.StringOr("Description", "");
  bus.kms_key = in.StringOr("KmsKeyIdentifier", "");
  bus.dead_letter_queue.reset();
  if (const Json* config = in.Find("DeadLetterConfig"); config != nullptr && config->contains("Arn")) {
    bus.dead_letter_queue = Arn::Parse((*config)["Arn"].get<std::string>());
    if (!bus.dead_letter_queue || bus.dead_letter_queue->service != "sqs") return ParameterNotValid("DeadLetterConfig");
  }
  const Json* log_config = in.Find("LogConfig");
  bus.log_config = log_config == nullptr ? Json(nullptr) : *log_config;
  return {};
}

void AddBusSettings(Json& answer, const Bus& bus) {
  SetUnlessEmpty(answer, "Description", bus.description);
  SetUnlessEmpty(answer, "KmsKeyIdentifier", bus.kms_key);
  if (bus.dead_letter_queue) answer["DeadLetterConfig"] = {{"Arn", bus.dead_letter_queue->ToString()}};
  if (!bus.log_config.is_null()) answer["LogConfig"] = bus.log_config;
}

/// What DescribeEventBus and ListEventBuses share.
Json BusView(const Bus& bus) {
  Json view = {{"Name", bus.name},
               {"Arn", bus.arn},
               {"CreationTime", ToJson(bus.created_at)},
               {"LastModifiedTime", ToJson(bus.modified_at)}};
  SetUnlessEmpty(view, "Description", bus.description);
  SetUnlessEmpty(view, "Policy", bus.policy);
  return view;
}

/// `default` has times of creation and change like any other: it is stored when somebody first looks at it.
void StoreDefaultBus(const ServiceDeps& deps, BusStore& buses, const Scope& scope) {
  if (deps.db.Read([&](storage::Reader& reader) { return BusStore::FindHead(reader, scope, kDefaultBus)->id; }) != 0)
    return;
  deps.db.Transact([&](storage::Txn& txn) { buses.FindForChange(txn, scope, kDefaultBus, deps.clock.Now()); });
}

}  // namespace

Result<Json> BusOperations::CreateEventBus(const Call& call) {
  const Fields in(call.input);
  Bus bus;
  bus.scope = call.scope;
  ASSIGN_OR_RETURN(bus.name, in.String("Name"));
  if (bus.name.starts_with(kPartnerPrefix)) return EventSourceNotFound(in.StringOr("EventSourceName", bus.name));
  if (bus.name.find('/') != std::string::npos) return ValidationException("Event bus name must not contain '/'.");
  if (const auto source = in.OptionalString("EventSourceName")) return EventSourceNotFound(*source);
  bus.arn = BusArn(bus.scope, bus.name);
  RETURN_IF_ERROR(ReadBusSettings(in, bus));
  ASSIGN_OR_RETURN(bus.tags, CheckTags(in.List("Tags")));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (BusStore::FindHead(txn, bus.scope, bus.name)) return BusAlreadyExists(bus.name);
    bus.created_at = deps_.clock.Now();
    bus.modified_at = bus.created_at;
    buses_.Insert(txn, bus);
    Json answer = {{"EventBusArn", bus.arn}};
    AddBusSettings(answer, bus);
    return answer;
  });
}

Result<Json> BusOperations::UpdateEventBus(const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Name", std::string(kDefaultBus));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const BusPtr found = buses_.FindForChange(txn, call.scope, name, deps_.clock.Now());
    if (!found) return BusNotFound(name);
    Bus bus = *found;
    RETURN_IF_ERROR(ReadBusSettings(in, bus));
    bus.modified_at = deps_.clock.Now();
    buses_.Update(txn, bus);
    Json answer = {{"Arn", bus.arn}, {"Name", bus.name}};
    AddBusSettings(answer, bus);
    return answer;
  });
}

Result<Json> BusOperations::DeleteEventBus(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("Name"));
  if (name == kDefaultBus) return ValidationException("Cannot delete event bus default.");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const BusPtr bus = BusStore::FindHead(txn, call.scope, name);
    // Deleting what is not there is no error.
    if (!bus) return Json::object();
    if (!BusStore::ListRules(txn, bus->id, "", "", 1).empty()) return BusHasRules();
    buses_.Delete(txn, *bus);
    return Json::object();
  });
}

Result<Json> BusOperations::DescribeEventBus(const Call& call) {
  ASSIGN_OR_RETURN(const BusAddress address, BusAddressOf(call, "Name"));
  if (address.name == kDefaultBus) StoreDefaultBus(deps_, buses_, address.scope);
  const BusPtr bus =
      deps_.db.Read([&](storage::Reader& reader) { return BusStore::FindHead(reader, address.scope, address.name); });
  if (!bus) return BusNotFound(address.name);
  Json answer = BusView(*bus);
  AddBusSettings(answer, *bus);
  return answer;
}

Result<Json> BusOperations::ListEventBuses(const Call& call) {
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  const std::string prefix = Fields(call.input).StringOr("NamePrefix", "");
  StoreDefaultBus(deps_, buses_, call.scope);
  Json items = Json::array();
  std::vector<std::string> names;
  const auto found = deps_.db.Read(
      [&](storage::Reader& reader) { return BusStore::List(reader, call.scope, prefix, page.after, page.limit + 1); });
  for (const BusPtr& bus : found) {
    items.push_back(BusView(*bus));
    names.push_back(bus->name);
  }
  return PageAnswer("EventBuses", std::move(items), names, page);
}

}  // namespace stratolite::events
