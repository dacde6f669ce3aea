#include "s3/post_form_policy.hpp"

#include <algorithm>
#include <array>

#include "s3/http_surface_errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::s3 {
namespace {

// What proves the policy is not a matter of it.
constexpr std::array<std::string_view, 5> kUncovered = {"policy", "signature", "awsaccesskeyid", "x-amz-signature",
                                                        "file"};
constexpr std::string_view kIgnoredPrefix = "x-ignore-";

bool IsCoveredByNone(std::string_view name) {
  return name.starts_with(kIgnoredPrefix) || std::find(kUncovered.begin(), kUncovered.end(), name) != kUncovered.end();
}

/// Numbers may be texts.
std::string FormScalar(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string ConditionText(std::string_view match, std::string_view name, std::string_view value) {
  std::string text = "[\"";
  return text.append(match).append("\", \"").append(name).append("\", \"").append(value).append("\"]");
}

bool StartsWith(std::string_view name, std::string_view value, std::string_view prefix) {
  if (name != "content-type") return value.starts_with(prefix);
  // "Content-Types values for a starts-with condition that include commas are interpreted as lists."
  while (true) {
    const auto comma = value.find(',');
    std::string_view each = value.substr(0, comma);
    while (each.starts_with(' ')) each.remove_prefix(1);
    if (!each.starts_with(prefix)) return false;
    if (comma == std::string_view::npos) return true;
    value.remove_prefix(comma + 1);
  }
}

const std::string* FindField(const std::vector<FormField>& fields, std::string_view lower_name) {
  for (const FormField& field : fields) {
    if (AsciiLower(field.name) == lower_name) return &field.value;
  }
  return nullptr;
}

}  // namespace

Result<PostFormPolicy> PostFormPolicy::Parse(std::string_view text) {
  const auto decoded = Base64Decode(text);
  if (!decoded) return InvalidFormPolicy("Invalid JSON: not Base64.");
  const Json document = ParseJsonText(*decoded);
  if (!document.is_object()) return InvalidFormPolicy("Invalid JSON.");
  const auto expiration = document.find("expiration");
  if (expiration == document.end()) return InvalidFormPolicy("Policy missing expiration.");
  const auto time = expiration->is_string() ? ParseIso8601(expiration->get_ref<const std::string&>()) : std::nullopt;
  if (!time) return InvalidFormPolicy("Invalid 'expiration' value: '" + FormScalar(*expiration) + "'");
  const auto conditions = document.find("conditions");
  if (conditions == document.end()) return InvalidFormPolicy("Policy missing conditions.");
  if (!conditions->is_array()) return InvalidFormPolicy("Invalid 'conditions' value: must be a List.");
  PostFormPolicy policy;
  policy.expiration_ = *time;
  for (const Json& condition : *conditions) RETURN_IF_ERROR(policy.AddCondition(condition));
  return policy;
}

Result<void> PostFormPolicy::AddCondition(const Json& condition) {
  if (condition.is_array()) return AddTriple(condition);
  if (!condition.is_object() || condition.size() != 1)
    return InvalidFormPolicy("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
  const auto only = condition.begin();
  const std::string value = FormScalar(only.value());
  conditions_.push_back({"eq", AsciiLower(only.key()), value, ConditionText("eq", "$" + only.key(), value)});
  return {};
}

Result<void> PostFormPolicy::AddTriple(const Json& condition) {
  if (condition.size() != 3 || !condition[0].is_string())
    return InvalidFormPolicy("Invalid Condition: a condition is a list of three values.");
  const std::string shown = condition[0].get<std::string>();
  const std::string match = AsciiLower(shown);
  const std::string first = FormScalar(condition[1]);
  const std::string second = FormScalar(condition[2]);
  std::string text = ConditionText(shown, first, second);
  if (match == "content-length-range") {
    const auto least = ParseWholeNumber<std::uint64_t>(first);
    const auto most = ParseWholeNumber<std::uint64_t>(second);
    if (!least || !most) {
      bad_ranges_.push_back(std::move(text));
      return {};
    }
    limits_.least = std::max(limits_.least, *least);
    limits_.most = std::min(limits_.most, *most);
    return {};
  }
  if (match != "eq" && match != "starts-with")
    return InvalidFormPolicy("Invalid Condition: unknown operation '" + shown + "'.");
  if (!first.starts_with('$'))
    return InvalidFormPolicy("Invalid Condition: the name '" + first + "' does not begin with '$'.");
  conditions_.push_back({match, AsciiLower(std::string_view(first).substr(1)), second, std::move(text)});
  return {};
}

Result<void> PostFormPolicy::Check(const std::vector<FormField>& fields, std::string_view bucket) const {
  for (const Condition& condition : conditions_) {
    const std::string* const field = FindField(fields, condition.name);
    std::string_view value;
    if (condition.name == "bucket") {
      value = bucket;
    } else if (field != nullptr) {
      value = *field;
    }
    const bool holds =
        condition.match == "eq" ? value == condition.value : StartsWith(condition.name, value, condition.value);
    if (!holds) return AgainstPolicy("Policy Condition failed: " + condition.text);
  }
  if (!bad_ranges_.empty()) return AgainstPolicy("Policy Condition failed: " + bad_ranges_.front());
  std::string extra;
  for (const FormField& field : fields) {
    const std::string name = AsciiLower(field.name);
    const bool covered =
        IsCoveredByNone(name) || std::any_of(conditions_.begin(), conditions_.end(),
                                             [&name](const Condition& condition) { return condition.name == name; });
    if (covered) continue;
    if (!extra.empty()) extra += ", ";
    extra += name;
  }
  if (!extra.empty()) return AgainstPolicy("Extra input fields: " + extra);
  return {};
}

}  // namespace stratolite::s3
