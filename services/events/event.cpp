#include "events/event.hpp"

#include <chrono>
#include <utility>

#include "events/json_slices.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::events {
namespace {

AwsError MalformedDetail() { return {.code = "MalformedDetail", .message = "Detail is malformed."}; }

void AppendMember(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  AppendJsonString(out, value);
}

void WriteText(Event& event, const std::string& replay_name, const std::string& detail) {
  std::string& out = event.text;
  out.reserve(detail.size() + 400);
  out = "{\"version\":\"0\"";
  AppendMember(out, "id", event.id);
  AppendMember(out, "detail-type", event.detail_type);
  AppendMember(out, "source", event.source);
  AppendMember(out, "account", event.account);
  AppendMember(out, "time", FormatIso8601(event.time));
  AppendMember(out, "region", event.region);
  if (!replay_name.empty()) AppendMember(out, "replay-name", replay_name);
  out += ",\"resources\":[";
  for (const std::string& resource : event.resources) {
    if (out.back() != '[') out += ',';
    AppendJsonString(out, resource);
  }
  out += "],\"detail\":";
  event.detail_at = out.size();
  event.detail_size = detail.size();
  out += detail;
  out += '}';
}

std::string TextOr(const Json& object, const char* name, std::string fallback) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::move(fallback);
}

}  // namespace

Result<Event> MakeEvent(Event::Parts parts, TimePoint now) {
  if (!IsJsonObject(parts.detail)) return MalformedDetail();
  Event event;
  event.id = std::move(parts.id);
  event.detail_type = std::move(parts.detail_type);
  event.source = std::move(parts.source);
  event.account = std::move(parts.account);
  event.region = std::move(parts.region);
  event.time = std::chrono::floor<std::chrono::seconds>(parts.time);
  event.ingested_at = now;
  event.resources = std::move(parts.resources);
  event.trace_header = std::move(parts.trace_header);
  event.replayed = !parts.replay_name.empty();
  WriteText(event, parts.replay_name, CompactJson(parts.detail));
  return event;
}

Result<Event> ReadEnvelope(std::string_view text, Event::Parts defaults, TimePoint now) {
  Json envelope = ParseJsonText(text);
  if (!envelope.is_object()) return MalformedDetail();
  static const std::optional<patterns::JsonPath> kDetail = patterns::JsonPath::Parse("$.detail");
  const std::string compact = CompactJson(text);
  const std::optional<std::string> detail = FindInJson(compact, *kDetail);
  Event::Parts parts;
  parts.id = TextOr(envelope, "id", std::move(defaults.id));
  parts.detail_type = TextOr(envelope, "detail-type", std::move(defaults.detail_type));
  parts.source = TextOr(envelope, "source", std::move(defaults.source));
  parts.account = TextOr(envelope, "account", std::move(defaults.account));
  parts.region = TextOr(envelope, "region", std::move(defaults.region));
  parts.replay_name = TextOr(envelope, "replay-name", std::move(defaults.replay_name));
  parts.time = ParseIso8601(TextOr(envelope, "time", "")).value_or(defaults.time);
  parts.trace_header = std::move(defaults.trace_header);
  if (const auto resources = envelope.find("resources"); resources != envelope.end() && resources->is_array()) {
    for (const Json& resource : *resources) {
      if (resource.is_string()) parts.resources.push_back(resource.get<std::string>());
    }
  } else {
    parts.resources = std::move(defaults.resources);
  }
  parts.detail = detail ? std::string_view(*detail) : defaults.detail;
  return MakeEvent(std::move(parts), now);
}

}  // namespace stratolite::events
