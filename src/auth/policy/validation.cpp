#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "auth/policy/validation_principal.hpp"
#include "auth/policy/validation_terms.hpp"
#include "stratolite/auth/policy.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::auth {
namespace validation {
namespace {

constexpr std::string_view kSyntaxErrors = "Syntax errors in policy.";
constexpr std::string_view kFailedLegacyParsing = "The policy failed legacy parsing";
// What Organizations says of every policy that its type does not allow.
constexpr std::string_view kNotOfThisType =
    "The provided policy document does not meet the requirements of the specified policy type.";

bool IsOneOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool SaysEffect(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower == "allow" || lower == "deny";
}

bool IsConditionSyntax(const Json& condition) {
  if (!condition.is_object()) return false;
  for (const auto& [name, keys] : condition.items()) {
    if (!keys.is_object()) return false;
    if (!keys.empty() && !IsConditionOperator(name)) return false;
    for (const auto& key : keys.items()) {
      if (!IsConditionValue(key.value())) return false;
    }
  }
  return true;
}

bool IsStatementSyntax(const Json& statement) {
  if (!statement.is_object()) return false;
  for (const auto& [name, value] : statement.items()) {
    if (IsOneOf(name, {"Action", "NotAction", "Resource", "NotResource"})) {
      if (!IsStringOrStrings(value)) return false;
    } else if (IsOneOf(name, {"Sid", "Effect"})) {
      if (!value.is_string()) return false;
    } else if (name == "Condition") {
      if (!IsConditionSyntax(value)) return false;
    } else if (!IsOneOf(name, {"Principal", "NotPrincipal"})) {
      return false;
    }
  }
  return statement.contains("Effect") && SaysEffect(statement["Effect"].get_ref<const std::string&>()) &&
         !(statement.contains("Action") && statement.contains("NotAction")) &&
         !(statement.contains("Resource") && statement.contains("NotResource"));
}

bool IsDocumentSyntax(const Json& document) {
  if (!document.is_object() || !document.contains("Statement")) return false;
  for (const auto& [name, value] : document.items()) {
    if (name == "Version") {
      if (value != "2012-10-17" && value != "2008-10-17") return false;
    } else if (name == "Id") {
      if (!value.is_string()) return false;
    } else if (name != "Statement") {
      return false;
    }
  }
  const Json& statements = document["Statement"];
  if (statements.is_object()) return IsStatementSyntax(statements);
  return statements.is_array() && !statements.empty() &&
         std::all_of(statements.begin(), statements.end(), IsStatementSyntax);
}

bool HasOneOf(const Json& statement, const char* element, const char* negated) {
  const char* name = statement.contains(element) ? element : negated;
  return statement.contains(name) && !(statement[name].is_array() && statement[name].empty());
}

bool HasDatesThatAreNone(const Json& statement) {
  if (!statement.contains("Condition")) return false;
  for (const auto& [name, keys] : statement["Condition"].items()) {
    if (!IsDateOperator(name)) continue;
    for (const auto& key : keys.items()) {
      const Json values = key.value().is_array() ? key.value() : Json::array({key.value()});
      for (const auto& value : values) {
        if (value.is_string() ? !IsConditionDate(value.get_ref<const std::string&>()) : !value.is_number_unsigned()) {
          return true;
        }
      }
    }
  }
  return false;
}

/// What AWS still reads with its first parser: exact spelling of effects, dates, resources. `fault`: the first resource's, which is told only when
/// everything else is well.
Result<void> ParseAsLegacy(const std::vector<const Json*>& statements, std::optional<std::string>& fault) {
  for (const Json* statement : statements) {
    const auto& effect = (*statement)["Effect"];
    if ((effect != "Allow" && effect != "Deny") || HasDatesThatAreNone(*statement)) {
      return MalformedDocument(kFailedLegacyParsing);
    }
  }
  for (const char* element : {"Resource", "NotResource"}) {
    for (const Json* statement : statements) {
      if (!statement->contains(element)) continue;
      bool failed = false;
      ForEachString((*statement)[element], [&](std::string_view resource) {
        if (fault || failed) return;
        fault = ResourceFault(resource);
        failed = !fault && FailsLegacyParsing(resource);
      });
      if (failed) return MalformedDocument(kFailedLegacyParsing);
    }
  }
  return {};
}

Result<void> CheckStatementIds(const std::vector<const Json*>& statements) {
  std::vector<std::string> seen;
  for (const Json* statement : statements) {
    if (!statement->contains("Sid")) continue;
    auto sid = (*statement)["Sid"].get<std::string>();
    if (!IsStatementId(sid)) {
      return MalformedDocument(
          "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
          "[A-Za-z0-9]*");
    }
    if (sid.empty()) continue;
    if (std::find(seen.begin(), seen.end(), sid) != seen.end()) {
      return MalformedDocument("Statement IDs (SID) in a single policy must be unique.");
    }
    seen.push_back(std::move(sid));
  }
  return {};
}

Result<void> CheckActions(const std::vector<const Json*>& statements) {
  for (const char* element : {"Action", "NotAction"}) {
    for (const Json* statement : statements) {
      if (!statement->contains(element)) continue;
      std::optional<std::string> fault;
      ForEachString((*statement)[element], [&](std::string_view action) {
        if (!fault) fault = ActionFault(action);
      });
      if (fault) return MalformedDocument(*fault);
    }
  }
  return {};
}

Result<void> CheckIdentityPolicy(const Json& document) {
  if (!IsDocumentSyntax(document)) return MalformedDocument(kSyntaxErrors);
  if (!document.contains("Version") || document["Version"] != "2012-10-17") {
    return MalformedDocument("Policy document must be version 2012-10-17 or greater.");
  }
  const auto statements = StatementsOf(document);
  for (const Json* statement : statements) {
    if (statement->contains("Principal") || statement->contains("NotPrincipal")) {
      return MalformedDocument("Policy document should not specify a principal.");
    }
  }
  std::optional<std::string> resource_fault;
  RETURN_IF_ERROR(ParseAsLegacy(statements, resource_fault));
  RETURN_IF_ERROR(CheckStatementIds(statements));
  for (const Json* statement : statements) {
    if (!HasOneOf(*statement, "Action", "NotAction")) {
      return MalformedDocument("Policy statement must contain actions.");
    }
  }
  for (const Json* statement : statements) {
    if (!HasOneOf(*statement, "Resource", "NotResource")) {
      return MalformedDocument("Policy statement must contain resources.");
    }
  }
  if (resource_fault) return MalformedDocument(*resource_fault);
  return CheckActions(statements);
}

/// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
Result<void> CheckServiceControlPolicy(const Json& document) {
  if (!CheckIdentityPolicy(document)) return MalformedDocument(kNotOfThisType);
  return {};
}

/// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html: they only deny, to everybody, named services' actions.
Result<void> CheckResourceControlPolicy(const Json& document) {
  if (!IsDocumentSyntax(document)) return MalformedDocument(kNotOfThisType);
  Json without_principals = document;
  Json& statements = without_principals["Statement"];
  if (statements.is_object()) statements = Json::array({statements});
  for (auto& statement : statements) {
    const bool to_everybody = statement.contains("Principal") &&
                              (statement["Principal"] == "*" || statement["Principal"] == Json{{"AWS", "*"}});
    bool names_services = statement.contains("Action");
    if (names_services) {
      ForEachString(statement["Action"],
                    [&](std::string_view action) { names_services = names_services && !action.starts_with('*'); });
    }
    if (statement["Effect"] != "Deny" || !to_everybody || !names_services) return MalformedDocument(kNotOfThisType);
    statement.erase("Principal");
  }
  return CheckServiceControlPolicy(without_principals);
}

}  // namespace
}  // namespace validation

Result<void> ValidatePolicy(std::string_view document, PolicyKind kind) {
  Json parsed = ParseJsonText(document);
  if (parsed.is_object() && validation::RepeatsMember(document)) parsed = Json(Json::value_t::discarded);
  switch (kind) {
    case PolicyKind::kIdentity:
      return validation::CheckIdentityPolicy(parsed);
    case PolicyKind::kServiceControl:
      return validation::CheckServiceControlPolicy(parsed);
    case PolicyKind::kResourceControl:
      return validation::CheckResourceControlPolicy(parsed);
    case PolicyKind::kResource:
    case PolicyKind::kTrust:
      break;
  }
  return validation::CheckPrincipalPolicy(parsed, kind);
}

}  // namespace stratolite::auth
