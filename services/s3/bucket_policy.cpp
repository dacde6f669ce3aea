#include "s3/bucket_policy.hpp"

#include <algorithm>
#include <array>

#include "s3/errors.hpp"
#include "stratolite/auth/policy.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::s3 {
namespace {

/// Keys that tell callers apart, in lower case: from the page that IsPublicPolicy names.
constexpr std::array<std::string_view, 14> kTrustedKeys = {"aws:principalorgid", "aws:principalorgpaths",
                                                           "aws:principalarn",   "aws:principalaccount",
                                                           "aws:sourcearn",      "aws:sourceaccount",
                                                           "aws:sourcevpc",      "aws:sourcevpce",
                                                           "aws:sourceowner",    "aws:sourceip",
                                                           "aws:sourceorgid",    "aws:userid",
                                                           "aws:username",       "s3:dataaccesspointaccount"};

Json Listed(const Json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end()) return Json::array();
  return found->is_array() ? *found : Json::array({*found});
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// `resource`: a bucket's name, or the ARN of an access point.
bool IsOfResource(const Json& resource, std::string_view bucket) {
  if (!resource.is_string()) return false;
  const std::string text = resource.get<std::string>();
  if (bucket.starts_with("arn:")) return text == bucket || text.starts_with(std::string(bucket) + "/object/");
  if (!text.starts_with("arn:")) return false;
  const std::size_t begin = text.find(":s3:::");
  if (begin == std::string::npos) return false;
  const std::string_view rest = std::string_view(text).substr(begin + 6);
  return rest == bucket || (rest.starts_with(bucket) && rest[bucket.size()] == '/');
}

bool IsActionOfS3(const Json& action) {
  if (!action.is_string()) return false;
  const std::string text = Lower(action.get<std::string>());
  return text == "*" || text.starts_with("s3:");
}

Result<void> CheckStatement(const Json& statement, std::string_view bucket) {
  if (!statement.is_object()) return MalformedPolicy("Invalid policy syntax.");
  if (!statement.contains("Effect")) return MalformedPolicy("Missing required field Effect");
  if (!statement.contains("Principal") && !statement.contains("NotPrincipal"))
    return MalformedPolicy("Missing required field Principal");
  if (!statement.contains("Action") && !statement.contains("NotAction"))
    return MalformedPolicy("Missing required field Action");
  if (!statement.contains("Resource") && !statement.contains("NotResource"))
    return MalformedPolicy("Missing required field Resource");
  for (const char* member : {"Action", "NotAction"})
    for (const Json& action : Listed(statement, member))
      if (!IsActionOfS3(action)) return MalformedPolicy("Policy has invalid action");
  for (const char* member : {"Resource", "NotResource"})
    for (const Json& resource : Listed(statement, member))
      if (!IsOfResource(resource, bucket)) return MalformedPolicy("Policy has invalid resource");
  return {};
}

bool IsAnyone(const Json& statement) {
  if (statement.contains("NotPrincipal")) return true;
  const auto principal = statement.find("Principal");
  if (principal == statement.end()) return false;
  if (*principal == "*") return true;
  if (!principal->is_object()) return false;
  for (const auto& [kind, unused] : principal->items())
    for (const Json& value : Listed(*principal, kind.c_str()))
      if (value == "*") return true;
  return false;
}

/// Ranges that hold most of the Internet are no fixed value.
bool IsWideRange(std::string_view range) {
  const std::size_t slash = range.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string bits(range.substr(slash + 1));
  const bool v6 = range.find(':') != std::string_view::npos;
  return bits.empty() || bits.size() > 3 || std::atoi(bits.c_str()) < (v6 ? 32 : 8);
}

bool HoldsCallers(std::string_view operation, const std::string& key, const Json& values) {
  const std::string test = Lower(std::string(operation));
  if (test.find("not") != std::string::npos || test.find("ifexists") != std::string::npos || test == "null")
    return false;
  if (std::find(kTrustedKeys.begin(), kTrustedKeys.end(), Lower(key)) == kTrustedKeys.end()) return false;
  const Json listed = values.is_array() ? values : Json::array({values});
  return std::all_of(listed.begin(), listed.end(), [&](const Json& value) {
    if (!value.is_string()) return false;
    const std::string text = value.get<std::string>();
    if (Lower(key) == "aws:sourceip") return !IsWideRange(text);
    return text.find_first_of("*?") == std::string::npos && text.find("${") == std::string::npos;
  });
}

bool IsRestricted(const Json& statement) {
  const auto condition = statement.find("Condition");
  if (condition == statement.end() || !condition->is_object()) return false;
  for (const auto& [operation, keys] : condition->items()) {
    if (!keys.is_object()) continue;
    for (const auto& [key, values] : keys.items())
      if (HoldsCallers(operation, key, values)) return true;
  }
  return false;
}

}  // namespace

Result<void> CheckBucketPolicy(std::string_view document, std::string_view bucket) {
  const Json policy = ParseJsonText(document);
  if (!document.starts_with('{') || !policy.is_object())
    return MalformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if (!policy.contains("Statement")) return MalformedPolicy("Missing required field Statement");
  const Json statements = Listed(policy, "Statement");
  if (statements.empty()) return MalformedPolicy("Could not parse the policy: Statement is empty!");
  for (const Json& statement : statements) RETURN_IF_ERROR(CheckStatement(statement, bucket));
  if (!auth::CompilePolicy(document).ok()) return MalformedPolicy("Invalid policy syntax.");
  return {};
}

bool IsPublicPolicy(std::string_view document) {
  const Json policy = ParseJsonText(document);
  if (!policy.is_object()) return false;
  const Json statements = Listed(policy, "Statement");
  return std::any_of(statements.begin(), statements.end(), [](const Json& statement) {
    return statement.is_object() && statement.value("Effect", "") == "Allow" && IsAnyone(statement) &&
           !IsRestricted(statement);
  });
}

bool BlocksPublicAccess(const std::optional<Json>& block, const char* member) {
  if (!block) return true;
  return block->is_object() && block->value(member, false);
}

}  // namespace stratolite::s3
