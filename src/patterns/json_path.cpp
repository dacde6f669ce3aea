#include "stratolite/patterns/json_path.hpp"

#include "stratolite/base/json.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::patterns {
namespace {

using PathStep = JsonPath::Step;

/// What may not stand in a name that is written without quotes.
constexpr std::string_view kNameEnds = ".[]()<>?@'\" \t\r\n,";
/// Longer than any path that AWS accepts has steps.
constexpr std::size_t kMaxSteps = 128;

/// The step at the start of `rest`, which is taken off; nullopt: none.
std::optional<PathStep> TakeDotted(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::string_view name = rest.substr(0, rest.find_first_of(kNameEnds));
  if (name.empty()) return std::nullopt;
  rest.remove_prefix(name.size());
  if (name == "*") return PathStep{PathStep::Kind::kAll, {}, 0};
  return PathStep{PathStep::Kind::kName, std::string(name), 0};
}

std::optional<PathStep> TakeQuoted(std::string_view& rest) {
  const char quote = rest[1];
  const std::size_t end = rest.find(quote, 2);
  if (end == std::string_view::npos || end == 2 || !rest.substr(end + 1).starts_with(']')) return std::nullopt;
  PathStep step{PathStep::Kind::kName, std::string(rest.substr(2, end - 2)), 0};
  rest.remove_prefix(end + 2);
  return step;
}

std::optional<PathStep> TakeBracketed(std::string_view& rest) {
  if (rest.size() > 2 && (rest[1] == '\'' || rest[1] == '"')) return TakeQuoted(rest);
  const std::size_t end = rest.find(']');
  if (end == std::string_view::npos || end == 1) return std::nullopt;
  const std::string_view inside = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (inside == "*") return PathStep{PathStep::Kind::kAll, {}, 0};
  const auto index = ParseWholeNumber<std::size_t>(inside);
  if (!index) return std::nullopt;
  return PathStep{PathStep::Kind::kIndex, {}, *index};
}

const Json* StepInto(const Json& value, const PathStep& step) {
  if (step.kind == PathStep::Kind::kName) {
    if (!value.is_object()) return nullptr;
    const auto found = value.find(step.name);
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array() || step.index >= value.size()) return nullptr;
  return &value[step.index];
}

}  // namespace

std::optional<JsonPath> JsonPath::Parse(std::string_view text) {
  if (!text.starts_with('$')) return std::nullopt;
  std::string_view rest = text.substr(1);
  JsonPath path;
  while (!rest.empty()) {
    std::optional<Step> step;
    if (rest[0] == '.') {
      step = TakeDotted(rest);
    } else if (rest[0] == '[') {
      step = TakeBracketed(rest);
    }
    if (!step || path.steps_.size() == kMaxSteps) return std::nullopt;
    path.definite_ = path.definite_ && step->kind != Step::Kind::kAll;
    path.steps_.push_back(*std::move(step));
  }
  return path;
}

const Json* JsonPath::FindOne(const Json& document) const {
  const Json* at = &document;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::kAll) return nullptr;
    at = StepInto(*at, step);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::optional<Json> JsonPath::Find(const Json& document) const {
  if (definite_) {
    const Json* const found = FindOne(document);
    return found == nullptr ? std::nullopt : std::optional<Json>(*found);
  }
  std::vector<const Json*> places{&document};
  for (const Step& step : steps_) {
    std::vector<const Json*> next;
    for (const Json* const place : places) {
      if (step.kind != Step::Kind::kAll) {
        if (const Json* const found = StepInto(*place, step)) next.push_back(found);
      } else if (place->is_structured()) {
        for (const Json& element : *place) next.push_back(&element);
      }
    }
    places = std::move(next);
  }
  if (places.empty()) return std::nullopt;
  Json all = Json::array();
  for (const Json* const place : places) all.push_back(*place);
  return all;
}

}  // namespace stratolite::patterns
