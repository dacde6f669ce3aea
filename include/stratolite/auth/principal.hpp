#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::auth {

enum class PrincipalType {
  kAnonymous,
  kRoot,
  kUser,
  kAssumedRole,
  kFederatedUser,
  /// An AWS service that acts for itself: `arn` is its name, `sns.amazonaws.com`.
  kService,
  /// Who comes with another provider's token and is nobody yet: `arn` is the provider's ARN or host.
  kFederatedIdentity,
};

/// Who a request comes from, once its signature was looked at. Plain data.
struct Principal {
  PrincipalType type = PrincipalType::kAnonymous;
  AccountId account = {};
  /// `arn:aws:iam::123456789012:root`, `arn:aws:sts::…:assumed-role/Role/session`, …; empty for anonymous.
  std::string arn = {};
  /// What GetCallerIdentity calls UserId: the account number for root, `AROA…:session` for a role session.
  std::string user_id = {};
  /// Session tags and which of them pass on to further sessions (role chaining).
  std::map<std::string, std::string> tags = {};
  std::vector<std::string> transitive_tag_keys = {};
  std::string source_identity = {};
  /// The session policies that were handed to AssumeRole and its kin, verbatim JSON, and managed policies by ARN.
  std::string session_policy = {};
  std::vector<std::string> session_policy_arns = {};
  bool mfa_authenticated = false;
  /// Of sessions: whose they are, with its path. The role's ARN of a role session, the user's (or root's) of GetSessionToken and GetFederationToken.
  std::string issuer_arn = {};
  /// Of sessions, on the world's clock.
  std::optional<TimePoint> issued_at = {};
};

/// A key pair that the front door can verify with.
struct Credential {
  std::string access_key_id;
  std::string secret_access_key;
  /// Set for temporary credentials, whose requests must carry exactly it.
  std::optional<std::string> session_token;
  /// Temporary credentials only, on the world's clock.
  std::optional<TimePoint> expires;
  Principal principal;
};

}  // namespace stratolite::auth
