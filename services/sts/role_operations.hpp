#pragma once

#include "stratolite/auth/access_context.hpp"
#include "stratolite/service/service.hpp"
#include "sts/sessions.hpp"

namespace stratolite::sts {

/// AssumeRole and AssumeRoot, and the part that AssumeRoleWithSAML and AssumeRoleWithWebIdentity share. Thread-safe. Blocks.
class RoleOperations {
 public:
  RoleOperations(const ServiceDeps& deps, Sessions& sessions) : deps_(deps), sessions_(sessions) {}

  Result<Json> AssumeRole(const Call& call);
  Result<Json> AssumeRoot(const Call& call);

  /// What an identity provider said about a caller without AWS credentials, once its word was verified.
  struct Federation {
    /// `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`.
    std::string action;
    /// The provider's ARN, or the host of one that AWS knows by itself.
    std::string provider;
    std::string session_name;
    std::map<std::string, std::string> tags;
    std::vector<std::string> transitive_tag_keys;
    std::string source_identity;
    /// The provider's own limit of the session, if it sets one.
    std::optional<std::chrono::seconds> max_duration;
    /// The provider's condition keys (`saml:aud`, `token.example.com:sub`).
    auth::AccessContext context;
  };
  Result<Json> AssumeFederated(const Call& call, const RoleArn& role, const Federation& federation);

 private:
  /// Whether they are management account and member of one organization that lets root sessions be. Accounts without an organization may, unless policies
  /// are enforced. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-access-management.html
  bool MayAssumeRootOf(const AccountId& caller, const AccountId& member);

  ServiceDeps deps_;
  Sessions& sessions_;
};

}  // namespace stratolite::sts
