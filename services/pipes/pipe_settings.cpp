#include "pipes/pipe_settings.hpp"

#include <array>
#include <string_view>

#include "pipes/pipe_plan.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::pipes {
namespace {

constexpr std::array<const char*, 10> kSettings = {
    "Description", "Source",           "SourceParameters", "Enrichment",       "EnrichmentParameters",
    "Target",      "TargetParameters", "RoleArn",          "LogConfiguration", "KmsKeyIdentifier"};

bool IsParameters(std::string_view name) { return name.ends_with("Parameters"); }

/// What UpdatePipe takes away with an empty value.
bool TakesAway(std::string_view name, const Json& value) {
  if (name == "Enrichment" || name == "KmsKeyIdentifier" || name == "InputTemplate") return value == Json("");
  return name == "FilterCriteria" && Fields(value).List("Filters").empty();
}

void Put(Json& object, const std::string& name, const Json& value) {
  if (TakesAway(name, value)) {
    object.erase(name);
  } else {
    object[name] = value;
  }
}

void FillDefaults(Json& settings) {
  if (!Fields(settings).StringOr("Source", "").starts_with("arn:") ||
      Fields(settings).StringOr("Source", "").find(":sqs:") == std::string::npos)
    return;
  Json& parameters = settings["SourceParameters"]["SqsQueueParameters"];
  if (!Fields(parameters).Has("BatchSize")) parameters["BatchSize"] = DefaultBatchSize(settings);
}

}  // namespace

Json SettingsOf(const Json& input) {
  Json settings = Json::object();
  for (const char* const name : kSettings) {
    const Json* const value = Fields(input).Find(name);
    if (value != nullptr) Put(settings, name, *value);
  }
  FillDefaults(settings);
  return settings;
}

Json UpdatedSettings(const Json& settings, const Json& input) {
  Json updated = settings;
  for (const char* const name : kSettings) {
    const Json* const value = Fields(input).Find(name);
    if (value == nullptr) continue;
    if (!IsParameters(name)) {
      Put(updated, name, *value);
      continue;
    }
    for (const auto& [member, change] : value->items()) Put(updated[name], member, change);
    if (updated[name].empty()) updated.erase(name);
  }
  FillDefaults(updated);
  return updated;
}

}  // namespace stratolite::pipes
