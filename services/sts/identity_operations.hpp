#pragma once

#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sts {

/// GetCallerIdentity, GetAccessKeyInfo, DecodeAuthorizationMessage. Thread-safe. Blocks.
class IdentityOperations {
 public:
  explicit IdentityOperations(const ServiceDeps& deps)
      : deps_(deps), messages_(deps.db, deps.random, auth::kAuthorizationMessage) {}

  Result<Json> GetCallerIdentity(const Call& call);
  Result<Json> GetAccessKeyInfo(const Call& call);
  Result<Json> DecodeAuthorizationMessage(const Call& call);

 private:
  ServiceDeps deps_;
  auth::SealedMessages messages_;
};

}  // namespace stratolite::sts
