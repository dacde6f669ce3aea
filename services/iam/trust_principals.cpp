#include "iam/trust_principals.hpp"

#include <fmt/format.h>

#include "iam/entity_store.hpp"
#include "iam/errors.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::iam {
namespace {

/// Accounts, sessions and everybody are nobody's to make.
bool IsThere(storage::Reader& reader, const std::string& principal) {
  if (principal.starts_with("AIDA") || principal.starts_with("AROA"))
    return EntityStore::FindByUniqueId(reader, principal).has_value();
  const auto arn = Arn::Parse(principal);
  if (!arn || arn->service != "iam") return true;
  if (!arn->resource.starts_with("user/") && !arn->resource.starts_with("role/")) return true;
  return EntityStore::FindByArn(reader, principal).has_value();
}

Result<void> CheckPrincipals(storage::Reader& reader, const Json& names) {
  if (names.is_array()) {
    for (const Json& name : names) RETURN_IF_ERROR(CheckPrincipals(reader, name));
    return {};
  }
  if (!names.is_string()) return {};
  const std::string& name = names.get_ref<const std::string&>();
  if (IsThere(reader, name)) return {};
  return MalformedPolicyDocument(fmt::format(R"(Invalid principal in policy: "AWS":"{}")", name));
}

Result<void> CheckStatement(storage::Reader& reader, const Json& statement) {
  if (!statement.is_object()) return {};
  for (const char* element : {"Principal", "NotPrincipal"}) {
    const auto principal = statement.find(element);
    if (principal == statement.end() || !principal->is_object()) continue;
    if (const auto names = principal->find("AWS"); names != principal->end())
      RETURN_IF_ERROR(CheckPrincipals(reader, *names));
  }
  return {};
}

}  // namespace

Result<void> CheckPrincipalsAreThere(storage::Reader& reader, std::string_view document) {
  const Json policy = ParseJsonText(document);
  if (!policy.is_object() || !policy.contains("Statement")) return {};
  const Json& statements = policy["Statement"];
  if (!statements.is_array()) return CheckStatement(reader, statements);
  for (const Json& statement : statements) RETURN_IF_ERROR(CheckStatement(reader, statement));
  return {};
}

}  // namespace stratolite::iam
