#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::ports {

/// Which roles there are and whom they trust: IAM's to offer, STS's to ask. While nobody offers it, every well-formed role ARN can be assumed.
class RoleDirectory {
 public:
  /// Everything that a trust policy may look at.
  struct Attempt {
    /// `sts:AssumeRole`, `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`.
    std::string action;
    Arn role;
    auth::Principal caller;
    /// Of federated callers: the provider's ARN or host.
    std::string federated_provider;
    std::string session_name;
    std::optional<std::string> external_id;
    std::optional<std::string> source_identity;
    std::map<std::string, std::string> tags;
    std::vector<std::string> transitive_tag_keys;
    bool mfa_authenticated = false;
  };
  struct Role {
    /// `AROA…`.
    std::string unique_id;
    Duration max_session;
  };

  virtual ~RoleDirectory() = default;
  /// Errors: AccessDenied when there is no such role or its trust policy does not let the caller. Not from within a transaction. Thread-safe. Blocks.
  virtual Result<Role> Assume(const Attempt& attempt) = 0;
};

}  // namespace stratolite::ports
