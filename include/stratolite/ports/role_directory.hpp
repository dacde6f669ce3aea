#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/auth/access_context.hpp"
#include "stratolite/auth/principal.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::ports {

/// Which roles there are and whom they trust: IAM's to offer, STS's to ask. While nobody offers it, every well-formed role ARN can be assumed.
/// Thread-safe. Blocks; not from within a transaction.
class RoleDirectory {
 public:
  struct Role {
    /// `AROA…`.
    std::string unique_id;
    Duration max_session;
    /// As the user sent it, and what changes whenever it does; empty for roles that nobody made (`--iam off`).
    std::string trust_policy;
    std::string trust_policy_version;
    std::map<std::string, std::string> tags;
  };
  /// Somebody without AWS credentials who wants to be a role, once the identity provider's word was verified.
  struct Attempt {
    /// `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`, then what else must be allowed: `sts:TagSession`, `sts:SetSourceIdentity`.
    std::vector<std::string> actions;
    Arn role;
    /// kFederatedIdentity: `arn` is the provider's ARN or, of those that AWS knows by itself, its host (`accounts.google.com`).
    auth::Principal caller;
    /// Every condition key of the request: the provider's (`saml:aud`, `token.example.com:sub`), `sts:RoleSessionName`, `aws:RequestTag/…`, `aws:TagKeys`.
    auth::AccessContext context;
  };

  virtual ~RoleDirectory() = default;
  /// What AssumeRole finds. That the caller may assume it was decided before the call: the authorizer takes the trust policy for the role's own.
  /// nullopt: no such role; with `--iam off` there is none that does not exist, with an id that follows from its ARN and sessions of twelve hours.
  virtual std::optional<Role> Find(const Arn& role) = 0;
  /// Find, and decides by the trust policy (unless `--iam off`). Errors: AccessDenied (`Not authorized to perform sts:AssumeRoleWithWebIdentity`).
  virtual Result<Role> Assume(const Attempt& attempt) = 0;
};

}  // namespace stratolite::ports
