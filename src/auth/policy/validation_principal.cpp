#include "auth/policy/validation_principal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "auth/policy/validation_terms.hpp"

namespace stratolite::auth::validation {

AwsError MalformedDocument(std::string_view message) {
  return {.code = "MalformedPolicyDocument", .message = std::string(message), .http_status = 400};
}

std::vector<const Json*> StatementsOf(const Json& document) {
  const Json& statements = document["Statement"];
  if (statements.is_object()) return {&statements};
  std::vector<const Json*> all;
  for (const auto& statement : statements) all.push_back(&statement);
  return all;
}

namespace {

constexpr std::string_view kSyntaxError = "Syntax error in policy.";
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity
constexpr std::array<std::string_view, 4> kWebIdentityProviders = {"cognito-identity.amazonaws.com", "www.amazon.com",
                                                                   "graph.facebook.com", "accounts.google.com"};
constexpr std::array<std::string_view, 9> kStatementElements = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"};

bool HasWildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

/// `arn:aws:iam::123456789012:role/Name`, not of a group: groups are nobody.
bool IsPrincipalArn(std::string_view arn) {
  if (!arn.starts_with("arn:aws") || HasWildcard(arn)) return false;
  const auto service = arn.find(':', 4);
  if (service == std::string_view::npos) return false;
  arn.remove_prefix(service + 1);
  const bool iam = arn.starts_with("iam::");
  if (!iam && !arn.starts_with("sts::")) return false;
  arn.remove_prefix(5);
  if (!IsAccountNumber(arn.substr(0, 12)) || arn.size() < 14 || arn[12] != ':') return false;
  arn.remove_prefix(13);
  if (iam) return arn == "root" || arn.starts_with("user/") || arn.starts_with("role/");
  return arn.starts_with("assumed-role/") || arn.starts_with("federated-user/");
}

bool IsAwsPrincipal(std::string_view text) { return text == "*" || IsAccountNumber(text) || IsPrincipalArn(text); }

bool IsServicePrincipal(std::string_view text) {
  return !HasWildcard(text) && (text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") ||
                                text.ends_with(".amazon.com") || text.ends_with(".aws.internal"));
}

bool IsFederatedPrincipal(std::string_view text) {
  if (std::find(kWebIdentityProviders.begin(), kWebIdentityProviders.end(), text) != kWebIdentityProviders.end()) {
    return true;
  }
  return text.starts_with("arn:aws") && text.find(":iam::") != std::string_view::npos && !HasWildcard(text) &&
         (text.find(":saml-provider/") != std::string_view::npos ||
          text.find(":oidc-provider/") != std::string_view::npos);
}

bool IsPrincipalOf(std::string_view type, std::string_view text) {
  if (type == "AWS") return IsAwsPrincipal(text);
  if (type == "Service") return IsServicePrincipal(text);
  if (type == "Federated") return IsFederatedPrincipal(text);
  return !text.empty();
}

AwsError InvalidPrincipal(std::string_view type, std::string_view text) {
  std::string upper(type);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return MalformedDocument(fmt::format("Invalid principal in policy: \"{}\":\"{}\"", upper, text));
}

Result<void> CheckPrincipal(const Json& principal, PolicyKind kind) {
  if (principal.is_string()) {
    const auto& text = principal.get_ref<const std::string&>();
    if (kind == PolicyKind::kResource && text == "*") return {};
    // `{"AWS": "*"}` is fine and the star alone is not, though documentation calls them the same.
    if (text == "*") return MalformedDocument("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".");
    return MalformedDocument("Principal must be a JSON object.");
  }
  if (!principal.is_object()) return MalformedDocument(kSyntaxError);
  if (principal.empty()) return MalformedDocument("Missing required field Principal cannot be empty!");
  for (const auto& [type, texts] : principal.items()) {
    const bool known = type == "AWS" || type == "Service" || type == "Federated" ||
                       (type == "CanonicalUser" && kind == PolicyKind::kResource);
    if (!known) return MalformedDocument(fmt::format("Invalid principal in policy: \"{}\"", type));
    if (!IsStringOrStrings(texts)) return MalformedDocument(kSyntaxError);
    std::optional<AwsError> fault;
    ForEachString(texts, [&, &name = type](std::string_view text) {
      if (!fault && !IsPrincipalOf(name, text)) fault = InvalidPrincipal(name, text);
    });
    if (fault) return *fault;
  }
  return {};
}

bool TrustsCognito(const Json& principal) {
  if (!principal.is_object() || !principal.contains("Federated")) return false;
  bool trusts = false;
  ForEachString(principal["Federated"],
                [&](std::string_view text) { trusts = trusts || text == kWebIdentityProviders[0]; });
  return trusts;
}

Result<void> CheckTrustStatement(const Json& statement) {
  for (const char* element : {"Action", "NotAction"}) {
    if (!statement.contains(element)) continue;
    bool only_sts = true;
    ForEachString(statement[element],
                  [&](std::string_view action) { only_sts = only_sts && action.starts_with("sts:"); });
    if (!only_sts) return MalformedDocument("AssumeRole policy may only specify STS AssumeRole actions.");
  }
  if (statement.contains("Resource")) return MalformedDocument("Has prohibited field Resource");
  if (statement.contains("NotResource")) return MalformedDocument("AssumeRole policy must not contain resources.");
  if (TrustsCognito(statement["Principal"]) && (!statement.contains("Condition") || statement["Condition"].empty())) {
    return MalformedDocument("A condition block must be present for the Cognito provider");
  }
  return {};
}

Result<void> CheckResourceStatement(const Json& statement) {
  for (const char* element : {"Resource", "NotResource"}) {
    if (!statement.contains(element)) continue;
    std::optional<std::string> fault;
    ForEachString(statement[element], [&](std::string_view resource) {
      if (!fault) fault = ResourceFault(resource);
    });
    if (fault) return MalformedDocument(*fault);
  }
  if (!statement.contains("Resource") && !statement.contains("NotResource")) {
    return MalformedDocument("Missing required field Resource");
  }
  return {};
}

Result<void> CheckElements(const Json& statement) {
  for (const auto& [name, value] : statement.items()) {
    if (std::find(kStatementElements.begin(), kStatementElements.end(), name) == kStatementElements.end()) {
      return MalformedDocument(fmt::format("Unknown field {}", name));
    }
    const bool lists = name.ends_with("Action") || name.ends_with("Resource");
    const bool text = name == "Sid" || name == "Effect";
    if ((lists && !IsStringOrStrings(value)) || (text && !value.is_string()) ||
        (name == "Condition" && !value.is_object())) {
      return MalformedDocument(kSyntaxError);
    }
  }
  return {};
}

Result<void> CheckConditions(const Json& statement) {
  if (!statement.contains("Condition")) return {};
  for (const auto& [name, keys] : statement["Condition"].items()) {
    if (!keys.is_object()) return MalformedDocument(kSyntaxError);
    if (!keys.empty() && !IsConditionOperator(name)) {
      return MalformedDocument(fmt::format("Invalid Condition type : {}", name));
    }
    for (const auto& key : keys.items()) {
      if (!IsConditionValue(key.value())) return MalformedDocument(kSyntaxError);
    }
  }
  return {};
}

Result<void> CheckStatement(const Json& statement, PolicyKind kind) {
  if (!statement.is_object()) return MalformedDocument(kSyntaxError);
  RETURN_IF_ERROR(CheckElements(statement));
  if (!statement.contains("Effect")) return MalformedDocument("Missing required field Effect");
  const auto& effect = statement["Effect"].get_ref<const std::string&>();
  if (effect != "Allow" && effect != "Deny") return MalformedDocument(fmt::format("Invalid effect: {}", effect));
  if (statement.contains("NotPrincipal")) {
    if (effect == "Allow") return MalformedDocument("Allow with NotPrincipal is not allowed.");
    if (kind == PolicyKind::kTrust) {
      return MalformedDocument("AssumeRole policy must not contain NotPrincipal field.");
    }
    RETURN_IF_ERROR(CheckPrincipal(statement["NotPrincipal"], kind));
  } else {
    if (!statement.contains("Principal")) return MalformedDocument("Missing required field Principal");
    RETURN_IF_ERROR(CheckPrincipal(statement["Principal"], kind));
  }
  if (!statement.contains("Action") && !statement.contains("NotAction")) {
    return MalformedDocument("Missing required field Action");
  }
  RETURN_IF_ERROR(CheckConditions(statement));
  return kind == PolicyKind::kTrust ? CheckTrustStatement(statement) : CheckResourceStatement(statement);
}

Result<void> CheckIds(const std::vector<const Json*>& statements, PolicyKind kind) {
  std::vector<std::string> seen;
  for (const Json* statement : statements) {
    if (!statement->contains("Sid")) continue;
    auto sid = (*statement)["Sid"].get<std::string>();
    // Buckets' and queues' statements may be called anything.
    if (kind == PolicyKind::kTrust && !IsStatementId(sid)) {
      return MalformedDocument(fmt::format("The following Statement Ids are invalid: {}", sid));
    }
    if (sid.empty()) continue;
    if (std::find(seen.begin(), seen.end(), sid) != seen.end()) {
      return MalformedDocument("The Statement Ids in the policy are not unique");
    }
    seen.push_back(std::move(sid));
  }
  return {};
}

}  // namespace

Result<void> CheckPrincipalPolicy(const Json& document, PolicyKind kind) {
  if (!document.is_object()) return MalformedDocument("This policy contains invalid Json");
  if (document.contains("Version") && document["Version"] != "2012-10-17" && document["Version"] != "2008-10-17") {
    return MalformedDocument("The policy must contain a valid version string");
  }
  for (const auto& element : document.items()) {
    const auto& name = element.key();
    if (name != "Version" && name != "Id" && name != "Statement") {
      return MalformedDocument(fmt::format("Unknown field {}", name));
    }
  }
  if (!document.contains("Statement")) return MalformedDocument("Missing required field Statement");
  const Json& statements = document["Statement"];
  if (!statements.is_object() && !statements.is_array()) return MalformedDocument(kSyntaxError);
  if (statements.empty()) return MalformedDocument("Could not parse the policy: Statement is empty!");
  const auto all = StatementsOf(document);
  for (const Json* statement : all) RETURN_IF_ERROR(CheckStatement(*statement, kind));
  return CheckIds(all, kind);
}

}  // namespace stratolite::auth::validation
