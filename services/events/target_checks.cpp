#include "events/target_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "events/errors.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

constexpr std::array<std::string_view, 5> kPredefinedVariables = {"aws.events.rule-arn", "aws.events.rule-name",
                                                                  "aws.events.event.ingestion-time", "aws.events.event",
                                                                  "aws.events.event.json"};

bool IsPlaceholderCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/// `<name>` in a template: what stands between the brackets, if only characters of a name do.
std::vector<std::string_view> PlaceholdersOf(std::string_view text) {
  std::vector<std::string_view> names;
  for (std::size_t open = text.find('<'); open != std::string_view::npos; open = text.find('<', open + 1)) {
    const std::size_t close = text.find('>', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (!name.empty() && std::all_of(name.begin(), name.end(), IsPlaceholderCharacter)) names.push_back(name);
  }
  return names;
}

Result<void> CheckInputs(const Fields& target, const std::string& id) {
  const int inputs = static_cast<int>(target.Has("Input")) + static_cast<int>(target.Has("InputPath")) +
                     static_cast<int>(target.Has("InputTransformer"));
  if (inputs > 1) {
    return ValidationException(
        fmt::format("Only one of Input, InputPath, or InputTransformer must be provided for target {}.", id));
  }
  if (const auto input = target.OptionalString("Input"); input && ParseJsonText(*input).is_discarded())
    return ValidationException(fmt::format("JSON syntax error in input for target {}.", id));
  const Json* transformer = target.Find("InputTransformer");
  if (transformer == nullptr) return {};
  const Json& paths = Fields(*transformer).Object("InputPathsMap");
  const std::string text = Fields(*transformer).StringOr("InputTemplate", "");
  for (const std::string_view name : PlaceholdersOf(text)) {
    const bool predefined =
        std::find(kPredefinedVariables.begin(), kPredefinedVariables.end(), name) != kPredefinedVariables.end();
    if (!predefined && !paths.contains(std::string(name))) {
      return ValidationException(fmt::format("InputTemplate for target {} contains invalid placeholder {}.", id, name));
    }
  }
  return {};
}

Result<void> CheckTarget(const Json& document) {
  const Fields target(document);
  const std::string id = target.StringOr("Id", "");
  const std::string text = target.StringOr("Arn", "");
  const std::optional<Arn> arn = Arn::Parse(text);
  if (!arn || arn->service.empty() || arn->resource.empty())
    return ParameterNotValid(text, "Provided Arn is not in correct format.");
  RETURN_IF_ERROR(CheckInputs(target, id));
  if (arn->service == "sqs" && arn->resource.ends_with(".fifo") && !target.Has("SqsParameters"))
    return ValidationException(fmt::format("Parameter(s) SqsParameters must be specified for target: {}.", id));
  if (arn->service == "states" && !target.Has("RoleArn"))
    return ValidationException(fmt::format("RoleArn is required for target {}.", text));
  return {};
}

}  // namespace

Result<void> CheckTargets(const Json& targets) {
  for (const Json& target : targets) RETURN_IF_ERROR(CheckTarget(target));
  return {};
}

}  // namespace stratolite::events
