// Input templates and paths of EventBridge's targets (first line), and the events that they are made of (the rest).

#include <optional>
#include <string>

#include "events/event.hpp"
#include "events/input_transformer.hpp"
#include "events/json_slices.hpp"
#include "fuzz/fuzz_target.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/patterns/json_path.hpp"

namespace stratolite::fuzz {
namespace {

/// The text is cut where the tree has its branches.
void TryEventPath(std::string_view text, const std::string& compact, const Json& tree) {
  const auto path = patterns::JsonPath::Parse(text);
  if (!path) return;
  const std::optional<std::string> cut = events::FindInJson(compact, *path);
  const std::optional<Json> found = path->Find(tree);
  if (!path->definite()) return Demand(!cut || Json::parse(*cut).is_array(), "a wildcard leads to a list");
  Demand(cut.has_value() == found.has_value(), "text and tree have the same places");
  Demand(!cut || Json::parse(*cut) == *found, "what is cut out of a text is what the tree has there");
}

void TryTransformer(const std::string& text, const events::Event& event) {
  events::Rule rule;
  rule.name = "rule";
  rule.arn = "arn:aws:events:us-east-1:123456789012:rule/rule";
  events::Target target;
  target.document = {{"InputTransformer",
                      {{"InputPathsMap", {{"a", "$.detail.a"}, {"b", "$.detail.b[0]"}, {"all", "$.detail.*"}}},
                       {"InputTemplate", text}}}};
  events::InputFor(event, rule, target);
  target.document = {{"InputPath", text}};
  Demand(Json::accept(events::InputFor(event, rule, target)), "a part of an event is JSON");
  target.document = {{"HttpParameters", {{"PathParameterValues", {text}}}}};
  Demand(events::HttpParametersFor(event, target)["PathParameterValues"][0].is_string(), "a parameter is a text");
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(EventInputs) {
  Parts parts(input);
  const std::string text(parts.Line());
  const std::string_view detail = parts.Rest();
  const Json tree = ParseJsonText(detail);
  Demand(!events::IsJsonObject(detail) || tree.is_object(), "what is taken for an object is one");
  // What comes through a front door is UTF-8.
  if (!IsValidUtf8(text)) return;
  const auto event = events::MakeEvent({.id = "id",
                                        .detail_type = text,
                                        .source = "source",
                                        .account = "123456789012",
                                        .region = "us-east-1",
                                        .time = {},
                                        .resources = {text},
                                        .detail = detail},
                                       {});
  if (!event.ok()) return;
  const std::string compact = events::CompactJson(detail);
  Demand(event->detail() == compact && Json::parse(compact) == tree, "white space alone goes");
  Demand(Json::parse(event->text, nullptr, false).is_object(), "an event is JSON");
  const auto again = events::ReadEnvelope(event->text, {}, {});
  Demand(again.ok() && again->text == event->text, "an event that is handed on stays as it is");
  TryEventPath(text, compact, tree);
  TryTransformer(text, *event);
}
