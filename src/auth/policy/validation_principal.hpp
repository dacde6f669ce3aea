#pragma once

#include <string_view>
#include <vector>

#include "stratolite/auth/policy.hpp"
#include "stratolite/base/json.hpp"

/// Documents that say who may: roles' trust policies and resources' policies, which AWS reads with another parser and refuses in other words.
namespace stratolite::auth::validation {

AwsError MalformedDocument(std::string_view message);
/// Precondition: `Statement` is an object or a list of objects. Valid as long as the document.
std::vector<const Json*> StatementsOf(const Json& document);

/// `document` may be discarded. `kind`: kTrust or kResource. Whether principals exist is the caller's to know. Thread-safe.
Result<void> CheckPrincipalPolicy(const Json& document, PolicyKind kind);

}  // namespace stratolite::auth::validation
