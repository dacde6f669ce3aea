#include "pipes/input_template.hpp"

#include <fmt/format.h>

#include <array>

#include "pipes/errors.hpp"

namespace stratolite::pipes {
namespace {

constexpr std::string_view kVariablePrefix = "aws.pipes.";

/// Whether the end of `text` lies within double quotes, when `quoted` says so of its start.
bool EndsQuoted(std::string_view text, bool quoted) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    }
  }
  return quoted;
}

/// JSON that can stand in a string: "EventBridge removes any internal quotes to ensure a valid string".
std::string WithoutQuotes(const Json& value) {
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string bare;
  bare.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') continue;
    if (text[i] == '\\' && i + 1 < text.size()) {
      if (text[i + 1] != '"') bare.append(text, i, 2);
      ++i;
      continue;
    }
    bare += text[i];
  }
  return bare;
}

std::string Dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string Write(const Json& value, bool json, bool quoted) {
  if (value.is_string()) {
    if (!json && !quoted) return value.get<std::string>();
    const std::string text = Dump(value);
    return quoted ? text.substr(1, text.size() - 2) : text;
  }
  if (value.is_structured() && (quoted || !json)) return WithoutQuotes(value);
  return Dump(value);
}

}  // namespace

std::optional<InputTemplate::Placeholder> InputTemplate::ParsePlaceholder(std::string_view inside) {
  Placeholder placeholder;
  if (inside.starts_with('$')) {
    placeholder.path = patterns::JsonPath::Parse(inside);
    if (!placeholder.path) return std::nullopt;
    return placeholder;
  }
  constexpr std::array<std::pair<std::string_view, Variable>, 8> kVariables = {{
      {"pipe-arn", Variable::kPipeArn},
      {"pipe-name", Variable::kPipeName},
      {"source-arn", Variable::kSourceArn},
      {"enrichment-arn", Variable::kEnrichmentArn},
      {"target-arn", Variable::kTargetArn},
      {"event.ingestion-time", Variable::kIngestionTime},
      {"event", Variable::kEvent},
      {"event.json", Variable::kEventJson},
  }};
  for (const auto& [name, variable] : kVariables) {
    if (inside.substr(kVariablePrefix.size()) != name) continue;
    placeholder.variable = variable;
    return placeholder;
  }
  return std::nullopt;
}

Result<InputTemplate> InputTemplate::Parse(std::string_view text) {
  InputTemplate parsed;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  parsed.json_ = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  std::string* literal = &parsed.before_;
  bool quoted = false;
  while (!text.empty()) {
    // A "<" that starts neither a path nor a variable is text: templates may be anything, XML too.
    const std::size_t open = std::min(text.find("<$"), text.find("<aws.pipes."));
    quoted = EndsQuoted(text.substr(0, open), quoted);
    literal->append(text.substr(0, open));
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('>', open);
    std::optional<Placeholder> placeholder;
    if (close != std::string_view::npos) placeholder = ParsePlaceholder(text.substr(open + 1, close - open - 1));
    if (!placeholder) {
      return Invalid(fmt::format("InputTemplate is not valid: {} is neither a JSON path nor a reserved variable.",
                                 text.substr(open, close == std::string_view::npos ? close : close - open + 1)));
    }
    placeholder->quoted = quoted;
    parsed.placeholders_.push_back(*std::move(placeholder));
    literal = &parsed.placeholders_.back().after;
    text.remove_prefix(close + 1);
  }
  return parsed;
}

std::optional<Json> InputTemplate::ValueOf(const Placeholder& placeholder, const PipeEvent& event,
                                           const PipeVariables& variables) {
  switch (placeholder.variable) {
    case Variable::kPath:
      return placeholder.path->Find(event.view);
    case Variable::kPipeArn:
      return variables.pipe_arn;
    case Variable::kPipeName:
      return variables.pipe_name;
    case Variable::kSourceArn:
      return variables.source_arn;
    case Variable::kEnrichmentArn:
      return variables.enrichment_arn;
    case Variable::kTargetArn:
      return variables.target_arn;
    case Variable::kIngestionTime:
      return FormatIso8601(variables.ingestion_time, /*always_millis=*/true);
    case Variable::kEvent:
      return event.text;
    case Variable::kEventJson:
      return event.view;
  }
  return std::nullopt;
}

std::string InputTemplate::Render(const PipeEvent& event, const PipeVariables& variables) const {
  std::string text = before_;
  for (const Placeholder& placeholder : placeholders_) {
    const Json value = ValueOf(placeholder, event, variables).value_or(Json(""));
    text += Write(value, json_, placeholder.quoted);
    text += placeholder.after;
  }
  return text;
}

}  // namespace stratolite::pipes
