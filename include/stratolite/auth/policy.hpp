#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite::auth {

class Policy;
/// A policy document, compiled. Immutable. Thread-safe.
using PolicyPtr = std::shared_ptr<const Policy>;

/// What a document is used as, which decides what it may and must hold.
enum class PolicyKind {
  /// Of a user, group or role; managed or inline; a boundary; a session policy.
  kIdentity,
  /// Of a bucket, queue, topic, key: has Principal.
  kResource,
  /// Of a role: like a resource's, without Resource.
  kTrust,
  /// Of an organization.
  kServiceControl,
  kResourceControl,
};

/// Compiles a document of policy language 2012-10-17 or 2008-10-17 (the default when it names none: policy variables are plain text then). Compiling is
/// lenient where AWS stores a document and ignores a part of it; what can never be meant is an error. Errors: MalformedPolicyDocument, with AWS's messages.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
Result<PolicyPtr> CompilePolicy(std::string_view document);

/// What AWS refuses when a document is stored: JSON, grammar, vendors and ARNs of resources, unique statement ids, actions' form, principals' presence.
/// Errors: MalformedPolicyDocument, with AWS's messages (`Syntax errors in policy.`, `Policy document must be version 2012-10-17 or greater.`, …).
Result<void> ValidatePolicy(std::string_view document, PolicyKind kind);

}  // namespace stratolite::auth
