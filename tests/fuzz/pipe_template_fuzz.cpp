// Input templates of pipes and the JSON paths in them: a template in the first line, an event in the rest.

#include "fuzz/fuzz_target.hpp"
#include "pipes/input_template.hpp"
#include "pipes/queue_events.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/patterns/json_path.hpp"

namespace stratolite::fuzz {
namespace {

std::string RenderedWith(const pipes::InputTemplate& text, const Json& view) {
  pipes::PipeVariables variables;
  variables.pipe_name = "name";
  return text.Render({.text = "{}", .view = view}, variables);
}

void TryPath(std::string_view input, const Json& document) {
  const auto path = patterns::JsonPath::Parse(input);
  if (!path) return;
  const std::optional<Json> found = path->Find(document);
  if (!path->definite()) return Demand(!found || found->is_array(), "a wildcard leads to a list");
  const Json* const one = path->FindOne(document);
  Demand((one != nullptr) == found.has_value() && (!found || *found == *one), "both ways lead to the same place");
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(PipeTemplates) {
  Parts parts(input);
  const std::string_view text = parts.Line();
  Json document = ParseJsonText(parts.Rest());
  if (document.is_discarded()) document = Json(parts.Rest());
  TryPath(text, document);
  static_cast<void>(pipes::ReadEnriched(parts.Rest()));
  const auto parsed = pipes::InputTemplate::Parse(text);
  if (!parsed.ok()) return;
  RenderedWith(*parsed, document);
  // What stands where a text may stand, or within quotes, can be any text: JSON stays JSON. The event as JSON is more than a text, and a placeholder may cut
  // an escape in two.
  if (text.find("<aws.pipes.event.json>") != std::string_view::npos || text.find('\\') != std::string_view::npos)
    return;
  if (ParseJsonText(RenderedWith(*parsed, Json(""))).is_discarded()) return;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return;
  Demand(!ParseJsonText(RenderedWith(*parsed, Json(parts.Rest()))).is_discarded(), "no text breaks a template of JSON");
}
