#pragma once

#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/service/service.hpp"
#include "sts/sessions.hpp"

namespace stratolite::sts {

/// GetSessionToken, GetFederationToken, GetDelegatedAccessToken. Thread-safe. Blocks.
class SessionOperations {
 public:
  SessionOperations(const ServiceDeps& deps, Sessions& sessions)
      : deps_(deps), sessions_(sessions), trade_in_(deps.db, deps.random, "sts/trade-in") {}

  Result<Json> GetSessionToken(const Call& call);
  Result<Json> GetFederationToken(const Call& call);
  Result<Json> GetDelegatedAccessToken(const Call& call);

  /// A token that GetDelegatedAccessToken takes, for `GET /_stratolite/sts/trade-in-token?Principal=ARN[&DurationSeconds=N]`: on AWS a delegation
  /// request that an account's owner accepted gives one.
  Result<Json> MakeTradeInToken(const Service::AdminRequest& request);

 private:
  ServiceDeps deps_;
  Sessions& sessions_;
  auth::SealedMessages trade_in_;
};

}  // namespace stratolite::sts
