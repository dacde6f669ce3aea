#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/auth/policy.hpp"
#include "stratolite/base/result.hpp"

/// Policy documents on their way in and out. Documents are kept verbatim. All functions: Thread-safe.
namespace stratolite::iam {

/// What every document must be that somebody stores. Errors: MalformedPolicyDocument with AWS's messages.
Result<void> CheckDocument(std::string_view document, auth::PolicyKind kind);

/// What counts against quotas: characters that are not white space.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
std::int64_t DocumentSize(std::string_view document);

/// As IAM's answers carry documents: RFC 3986.
std::string EncodeDocument(std::string_view document);

}  // namespace stratolite::iam
