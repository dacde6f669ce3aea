#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"

/// The words and forms that policy documents are made of, as AWS checks them when it stores one. Plain functions. Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
namespace stratolite::auth::validation {

/// Whether an object of a valid JSON text has a member twice, of which parsers keep one.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html#policy-syntax-check
bool RepeatsMember(std::string_view json);
/// A string, or a list of strings (an empty one too).
bool IsStringOrStrings(const Json& value);
/// Of a condition key: a string, number or Boolean, or a list of them.
bool IsConditionValue(const Json& value);
/// `ForAnyValue:StringLikeIfExists`.
bool IsConditionOperator(std::string_view name);
/// Whether its values are points in time.
bool IsDateOperator(std::string_view name);
/// ISO 8601, of which AWS lets a lot be left out (`01T`), or seconds since the epoch.
bool IsConditionDate(std::string_view text);
bool IsStatementId(std::string_view text);
bool IsAccountNumber(std::string_view text);

/// Calls `visit(std::string_view)` with the string, or with each of the list.
template <typename Visit>
void ForEachString(const Json& value, Visit visit) {
  if (value.is_string()) return visit(std::string_view(value.get_ref<const std::string&>()));
  for (const auto& one : value) visit(std::string_view(one.get_ref<const std::string&>()));
}

/// What is wrong with an action's form (`s3:GetObject`, `*`); nullopt: nothing.
std::optional<std::string> ActionFault(std::string_view action);
/// What is wrong with a resource's ARN; nullopt: nothing.
std::optional<std::string> ResourceFault(std::string_view resource);
/// Whether a resource without a ResourceFault fails even so, with a message that names none.
bool FailsLegacyParsing(std::string_view resource);

}  // namespace stratolite::auth::validation
