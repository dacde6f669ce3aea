#pragma once

#include "stratolite/service/service.hpp"
#include "sts/sessions.hpp"

namespace stratolite::sts {

/// AssumeRole and AssumeRoot, and the part that AssumeRoleWithSAML and AssumeRoleWithWebIdentity share. Thread-safe. Blocks.
class RoleOperations {
 public:
  RoleOperations(const ServiceDeps& deps, Sessions& sessions) : deps_(deps), sessions_(sessions) {}

  Result<Json> AssumeRole(const Call& call);
  Result<Json> AssumeRoot(const Call& call);

  /// What an identity provider said about a caller without AWS credentials.
  struct Federation {
    std::string action;
    std::string provider;
    std::string session_name;
    std::map<std::string, std::string> tags;
    std::vector<std::string> transitive_tag_keys;
    std::string source_identity;
    /// The provider's own limit of the session, if it sets one.
    std::optional<std::chrono::seconds> max_duration;
  };
  Result<Json> AssumeFederated(const Call& call, const RoleArn& role, const Federation& federation);

 private:
  struct Admitted {
    std::string role_id;
    std::chrono::seconds max_session;
  };
  Result<Admitted> Admit(const Call& call, const RoleArn& role, const Federation& federation,
                         const SessionParameters& parameters, std::optional<std::string> external_id,
                         bool mfa_authenticated);

  ServiceDeps deps_;
  Sessions& sessions_;
};

}  // namespace stratolite::sts
