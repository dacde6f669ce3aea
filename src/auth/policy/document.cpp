#include "auth/policy/document.hpp"

#include <utility>

#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::auth {
namespace language {
namespace {

AwsError MalformedPolicy(std::string message) {
  return {.code = "MalformedPolicyDocument", .message = std::move(message)};
}
AwsError SyntaxErrors() { return MalformedPolicy("Syntax errors in policy."); }

/// A string, number or Boolean as conditions write them; nullopt: something else.
std::optional<std::string> ScalarText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

/// A value, or each value of a list. false: one of them is no scalar.
template <typename Visit>
bool ForEachScalar(const Json& value, Visit visit) {
  if (!value.is_array()) {
    const auto text = ScalarText(value);
    if (text) visit(*text);
    return text.has_value();
  }
  for (const Json& one : value) {
    const auto text = ScalarText(one);
    if (!text) return false;
    visit(*text);
  }
  return true;
}

/// The one of two members that there is, and whether it is the second. nullptr: neither.
std::pair<const Json*, bool> EitherMember(const Json& in, const char* name, const char* negation) {
  if (const auto found = in.find(name); found != in.end()) return {&*found, false};
  if (const auto found = in.find(negation); found != in.end()) return {&*found, true};
  return {nullptr, false};
}

bool ReadPrincipals(const Json& in, PrincipalSet& out) {
  if (in.is_string()) {
    if (in.get_ref<const std::string&>() != "*") return false;
    out.AddEverybody();
    return true;
  }
  if (!in.is_object()) return false;
  for (const auto& [kind, names] : in.items()) {
    if (kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser") return false;
    const std::string& principal_kind = kind;
    if (!ForEachScalar(names, [&](std::string_view name) { out.Add(principal_kind, name); })) return false;
  }
  return true;
}

bool ReadConditions(const Json& in, bool variables, std::vector<Condition>& out) {
  if (!in.is_object()) return false;
  for (const auto& [name, keys] : in.items()) {
    const auto op = ParseConditionOperator(name);
    if (!op || !keys.is_object()) return false;
    for (const auto& [key, values] : keys.items()) {
      Condition condition(*op, name, key);
      if (!ForEachScalar(values, [&](std::string_view value) { condition.AddValue(value, variables); })) return false;
      out.push_back(std::move(condition));
    }
  }
  return true;
}

Result<Statement> ReadStatement(const Json& in, std::size_t number, bool variables) {
  if (!in.is_object()) return SyntaxErrors();
  Statement out;
  const auto sid = in.find("Sid");
  out.name = sid != in.end() && sid->is_string() && !sid->get_ref<const std::string&>().empty()
                 ? sid->get<std::string>()
                 : std::to_string(number);
  const auto effect = in.find("Effect");
  if (effect == in.end() || !effect->is_string() || (*effect != "Allow" && *effect != "Deny")) return SyntaxErrors();
  out.allows = *effect == "Allow";

  if (const auto [principals, negated] = EitherMember(in, "Principal", "NotPrincipal"); principals != nullptr) {
    out.not_principals = negated;
    if (!ReadPrincipals(*principals, out.principals.emplace())) return SyntaxErrors();
  }
  const auto [actions, not_actions] = EitherMember(in, "Action", "NotAction");
  if (actions == nullptr) return MalformedPolicy("Policy statement must contain actions.");
  out.not_actions = not_actions;
  if (!ForEachScalar(*actions, [&](std::string_view action) { out.actions.Add(action); })) return SyntaxErrors();
  out.actions.Finish();

  if (const auto [resources, negated] = EitherMember(in, "Resource", "NotResource"); resources != nullptr) {
    out.not_resources = negated;
    ResourceSet& set = out.resources.emplace();
    if (!ForEachScalar(*resources, [&](std::string_view resource) { set.Add(resource, variables); }))
      return SyntaxErrors();
  }
  if (const auto condition = in.find("Condition"); condition != in.end()) {
    if (!ReadConditions(*condition, variables, out.conditions)) return SyntaxErrors();
  }
  return out;
}

}  // namespace
}  // namespace language

Result<PolicyPtr> CompilePolicy(std::string_view document) {
  const Json in = ParseJsonText(document);
  if (!in.is_object()) return language::SyntaxErrors();
  bool variables = false;
  if (const auto version = in.find("Version"); version != in.end()) {
    if (*version != "2012-10-17" && *version != "2008-10-17") return language::SyntaxErrors();
    variables = *version == "2012-10-17";
  }
  const auto statement = in.find("Statement");
  if (statement == in.end()) return language::SyntaxErrors();
  std::vector<language::Statement> statements;
  if (statement->is_array()) {
    for (const Json& one : *statement) {
      ASSIGN_OR_RETURN(auto read, language::ReadStatement(one, statements.size() + 1, variables));
      statements.push_back(std::move(read));
    }
  } else {
    ASSIGN_OR_RETURN(auto read, language::ReadStatement(*statement, 1, variables));
    statements.push_back(std::move(read));
  }
  return PolicyPtr(std::make_shared<const Policy>(std::move(statements)));
}

}  // namespace stratolite::auth
