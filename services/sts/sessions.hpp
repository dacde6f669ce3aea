#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/service/service.hpp"
#include "sts/role_arn.hpp"
#include "sts/session_parameters.hpp"

namespace stratolite::sts {

/// Issues credentials and shapes the answers of the operations that do. `deps` must outlive it. Thread-safe. Blocks.
class Sessions {
 public:
  explicit Sessions(const ServiceDeps& deps) : deps_(deps) {}

  /// A session of a role, for AssumeRole and its kin: the answer's `Credentials`, `AssumedRoleUser`, `PackedPolicySize`, `SourceIdentity`.
  Json IssueRoleSession(const Call& call, const RoleArn& role, const std::string& role_id,
                        const std::string& session_name, std::chrono::seconds duration,
                        const SessionParameters& parameters, const std::string& source_identity,
                        bool mfa_authenticated);
  /// A session of any principal: `{"Credentials": …}`, with the token's size when the request asked for one. `principal.issuer_arn` says whose it is.
  Json Issue(const Call& call, auth::Principal principal, std::chrono::seconds duration);

  /// What the caller's key says; nullptr for keys that nobody knows.
  std::shared_ptr<const auth::Credential> CallersCredential(const Call& call) const;
  /// Whether the caller itself uses temporary credentials.
  bool CallerIsSession(const Call& call) const;
  /// Whether the caller is a user, a federated user or root with temporary credentials: all that STS does for them is AssumeRole (not for federated users)
  /// and GetCallerIdentity. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
  bool CallerIsUserSession(const Call& call) const;
  /// Checks `SerialNumber` and `TokenCode`; whether there were any. Callers with a key that nobody knows have no device: their codes are taken as they are.
  /// Errors: AccessDenied.
  Result<bool> CheckMfa(const Call& call) const;
  /// Whether the caller is known to be a root user: unknown keys act as root, but stand for any user.
  bool CallerIsKnownRoot(const Call& call) const;

 private:
  ServiceDeps deps_;
};

/// Principals that are not anonymous. Errors: MissingAuthenticationToken.
Result<void> RequireCaller(const Call& call);

}  // namespace stratolite::sts
