#pragma once

#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// The users and roles that a trust policy names must be there, in whatever account. `document` is a valid one. Errors: MalformedPolicyDocument
/// (`Invalid principal in policy: "AWS":"arn:…"`). Thread-safe. Blocks.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
Result<void> CheckPrincipalsAreThere(storage::Reader& reader, std::string_view document);

}  // namespace stratolite::iam
