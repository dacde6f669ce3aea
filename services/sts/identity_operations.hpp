#pragma once

#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/service/service.hpp"
#include "sts/sessions.hpp"

namespace stratolite::sts {

/// GetCallerIdentity, GetAccessKeyInfo, DecodeAuthorizationMessage. Thread-safe. Blocks.
class IdentityOperations {
 public:
  IdentityOperations(const ServiceDeps& deps, const Sessions& sessions)
      : deps_(deps), sessions_(sessions), messages_(deps.db, deps.random, auth::kAuthorizationMessage) {}

  Result<Json> GetCallerIdentity(const Call& call);
  Result<Json> GetAccessKeyInfo(const Call& call);
  Result<Json> DecodeAuthorizationMessage(const Call& call);

 private:
  ServiceDeps deps_;
  const Sessions& sessions_;
  auth::SealedMessages messages_;
};

}  // namespace stratolite::sts
