#include "pipes/target_input.hpp"

#include <fmt/format.h>

#include "pipes/errors.hpp"
#include "stratolite/patterns/json_path.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::pipes {
namespace {

/// Numbers at least this large are milliseconds.
constexpr double kSecondsEnd = 1e11;

/// The value of a parameter that may be a path into the event.
Result<Json> FillValue(const std::string& text, const Json& view) {
  if (!text.starts_with("$.")) return Json(text);
  const std::optional<patterns::JsonPath> path = patterns::JsonPath::Parse(text);
  if (!path) return Json(text);
  std::optional<Json> found = path->Find(view);
  if (!found) return Invalid(fmt::format("The path {} leads to nothing in the event.", text));
  return *std::move(found);
}

Result<std::string> FillText(const std::string& text, const Json& view) {
  ASSIGN_OR_RETURN(const Json value, FillValue(text, view));
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> FillOptional(const Json& parameters, const char* name, const Json& view) {
  return FillText(Fields(parameters).StringOr(name, ""), view);
}

Result<Json> FillMap(const Json& map, const Json& view) {
  Json filled = Json::object();
  for (const auto& [key, value] : map.items()) {
    ASSIGN_OR_RETURN(const std::string name, FillText(key, view));
    ASSIGN_OR_RETURN(filled[name], FillText(value.get_ref<const std::string&>(), view));
  }
  return filled;
}

Result<TimePoint> FillTime(const std::string& text, const Json& view) {
  ASSIGN_OR_RETURN(const Json value, FillValue(text, view));
  std::optional<TimePoint> time;
  if (value.is_number()) {
    const double number = value.get<double>();
    time = FromEpochSeconds(number < kSecondsEnd ? number : number / 1000);
  } else if (value.is_string()) {
    time = ParseIso8601(value.get_ref<const std::string&>());
  }
  if (!time) return Invalid(fmt::format("What the path {} leads to is no time.", text));
  return *time;
}

/// What the events service is told beside the detail.
Result<Json> FillEventParameters(const PipePlan& plan, const Json& view) {
  const Fields in(Fields(plan.target_parameters()).Object("EventBridgeEventBusParameters"));
  // Of a pipe that says nothing, as seen on AWS.
  const std::string default_type = fmt::format("Event from aws:{}", plan.source.service);
  const std::string default_source = fmt::format("Pipe {}", plan.pipe.name);
  Json filled = Json::object();
  ASSIGN_OR_RETURN(filled["DetailType"], FillText(in.StringOr("DetailType", default_type), view));
  ASSIGN_OR_RETURN(filled["Source"], FillText(in.StringOr("Source", default_source), view));
  if (const auto path = in.OptionalString("Time")) {
    ASSIGN_OR_RETURN(const TimePoint time, FillTime(*path, view));
    filled["Time"] = ToJson(time);
  }
  filled["Resources"] = Json::array();
  for (const std::string& resource : in.Strings("Resources")) {
    ASSIGN_OR_RETURN(Json text, FillText(resource, view));
    filled["Resources"].push_back(std::move(text));
  }
  return filled;
}

}  // namespace

Result<Json> FillHttpParameters(const Json& parameters, const Json& view) {
  const Fields in(parameters);
  Json filled = Json::object();
  if (in.Has("PathParameterValues")) {
    filled["PathParameterValues"] = Json::array();
    for (const std::string& value : in.Strings("PathParameterValues")) {
      ASSIGN_OR_RETURN(Json text, FillText(value, view));
      filled["PathParameterValues"].push_back(std::move(text));
    }
  }
  for (const char* const name : {"HeaderParameters", "QueryStringParameters"}) {
    if (!in.Has(name)) continue;
    ASSIGN_OR_RETURN(filled[name], FillMap(in.Object(name), view));
  }
  return filled;
}

Result<Delivery> MakeDelivery(const PipePlan& plan, const PipeEvent& event, TimePoint now) {
  Delivery delivery;
  delivery.target = plan.target;
  delivery.source_service = "pipes.amazonaws.com";
  delivery.source_arn = plan.arn;
  delivery.source_account = plan.pipe.scope.account;
  delivery.role_arn = Fields(plan.pipe.settings).StringOr("RoleArn", "");
  delivery.body = plan.target_template ? plan.target_template->Render(event, plan.VariablesAt(now)) : event.text;
  const Fields parameters(plan.target_parameters());
  if (plan.target.service == "sqs") {
    const Json& queue = parameters.Object("SqsQueueParameters");
    ASSIGN_OR_RETURN(delivery.group_id, FillOptional(queue, "MessageGroupId", event.view));
    ASSIGN_OR_RETURN(delivery.deduplication_id, FillOptional(queue, "MessageDeduplicationId", event.view));
  } else if (plan.target.resource.starts_with("event-bus/")) {
    ASSIGN_OR_RETURN(delivery.parameters, FillEventParameters(plan, event.view));
  } else if (parameters.Has("HttpParameters")) {
    delivery.parameters = Json::object();
    ASSIGN_OR_RETURN(delivery.parameters["HttpParameters"],
                     FillHttpParameters(parameters.Object("HttpParameters"), event.view));
  }
  return delivery;
}

}  // namespace stratolite::pipes
