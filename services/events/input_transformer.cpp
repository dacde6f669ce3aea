#include "events/input_transformer.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string_view>

#include "events/json_slices.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

std::optional<std::string> FindInEvent(const Event& event, std::string_view path) {
  const std::optional<patterns::JsonPath> parsed = patterns::JsonPath::Parse(path);
  return parsed ? FindInJson(event.text, *parsed) : std::nullopt;
}

/// `<aws.events.event>`: without the detail, and with one name spelled otherwise, as was seen on AWS.
std::string EventWithoutDetail(const Event& event) {
  std::string out = event.text.substr(0, event.detail_at);
  out.resize(out.rfind(",\"detail\":"));
  constexpr std::string_view kName = "\"detail-type\":";
  out.replace(out.find(kName), kName.size(), "\"detailType\":");
  return out + '}';
}

/// JSON of a variable; nullopt: there is no such variable.
class Variables {
 public:
  Variables(const Event& event, const Rule& rule, const Json& paths) : event_(event), rule_(rule), paths_(paths) {}

  std::optional<std::string> Find(std::string_view name) {
    if (const auto known = values_.find(name); known != values_.end()) return known->second;
    std::optional<std::string> value = Evaluate(name);
    values_.emplace(std::string(name), value);
    return value;
  }

 private:
  std::optional<std::string> Evaluate(std::string_view name) const {
    if (name == "aws.events.rule-arn") return Quoted(rule_.arn);
    if (name == "aws.events.rule-name") return Quoted(rule_.name);
    if (name == "aws.events.event.ingestion-time")
      return Quoted(FormatIso8601(std::chrono::floor<std::chrono::seconds>(event_.ingested_at)));
    if (name == "aws.events.event") return EventWithoutDetail(event_);
    if (name == "aws.events.event.json") return event_.text;
    const auto path = paths_.find(name);
    if (path == paths_.end() || !path->is_string()) return std::nullopt;
    // A variable for which the event has nothing is empty.
    return FindInEvent(event_, path->get_ref<const std::string&>()).value_or("\"\"");
  }

  const Event& event_;
  const Rule& rule_;
  const Json& paths_;
  std::map<std::string, std::optional<std::string>, std::less<>> values_;
};

/// Within a string of the template a value stands without its quotation marks: those around a string, and in an object or a list all of them.
void AppendWithoutQuotes(std::string& out, std::string_view json) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '\\' && i + 1 < json.size()) {
      out += json[i++];
      out += json[i];
    } else if (json[i] != '"') {
      out += json[i];
    }
  }
}

std::string Transform(const Event& event, const Rule& rule, const Json& transformer) {
  const Fields in(transformer);
  const std::string text = in.StringOr("InputTemplate", "");
  Variables variables(event, rule, in.Object("InputPathsMap"));
  std::string out;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string && c == '\\' && at + 1 < text.size()) {
      out += c;
      out += text[++at];
      continue;
    }
    if (c == '<') {
      const std::size_t close = text.find('>', at);
      if (close != std::string::npos) {
        if (const auto value = variables.Find(std::string_view(text).substr(at + 1, close - at - 1))) {
          if (in_string) {
            AppendWithoutQuotes(out, *value);
          } else {
            out += *value;
          }
          at = close;
          continue;
        }
      }
    }
    if (c == '"') in_string = !in_string;
    out += c;
  }
  return out;
}

/// A parameter of a call is text: strings without quotation marks, other values as JSON.
std::string TextOf(const std::string& json) {
  if (!json.starts_with('"')) return json;
  const Json value = Json::parse(json, nullptr, false);
  return value.is_string() ? value.get<std::string>() : json;
}

void ResolvePaths(const Event& event, Json& value) {
  if (value.is_structured()) {
    for (Json& child : value) ResolvePaths(event, child);
    return;
  }
  if (!value.is_string() || !value.get_ref<const std::string&>().starts_with("$.")) return;
  if (const auto found = FindInEvent(event, value.get_ref<const std::string&>())) value = TextOf(*found);
}

}  // namespace

std::string InputFor(const Event& event, const Rule& rule, const Target& target) {
  const Fields in(target.document);
  if (const Json* input = in.Find("Input")) return input->get<std::string>();
  if (const Json* path = in.Find("InputPath"))
    return FindInEvent(event, path->get_ref<const std::string&>()).value_or("{}");
  if (const Json* transformer = in.Find("InputTransformer")) return Transform(event, rule, *transformer);
  return event.text;
}

Json HttpParametersFor(const Event& event, const Target& target) {
  const Json* parameters = Fields(target.document).Find("HttpParameters");
  if (parameters == nullptr) return nullptr;
  Json resolved = *parameters;
  ResolvePaths(event, resolved);
  return resolved;
}

}  // namespace stratolite::events
