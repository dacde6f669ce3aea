#pragma once

#include <functional>
#include <string>

#include "iam/delegation_store.hpp"
#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Requests of partners to act for an account for a while: made, owned, accepted, and answered with a token that STS's GetDelegatedAccessToken takes. The token goes to
/// the world's sent messages, in the partner's place. Leaves out what templates of partners permit, which only AWS knows. `deps` must outlive it. Thread-safe. Blocks.
class DelegationOperations {
 public:
  explicit DelegationOperations(const ServiceDeps& deps)
      : deps_(deps), trade_in_(deps.db, deps.random, "sts/trade-in") {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateDelegationRequest(const Call& call);
  Result<Json> GetDelegationRequest(const Call& call);
  Result<Json> ListDelegationRequests(const Call& call);
  Result<Json> AssociateDelegationRequest(const Call& call);
  Result<Json> UpdateDelegationRequest(const Call& call);
  Result<Json> AcceptDelegationRequest(const Call& call);
  Result<Json> RejectDelegationRequest(const Call& call);
  Result<Json> SendDelegationToken(const Call& call);

  /// The request that a call names, as the caller may see it, expired if it is. Errors: NoSuchEntity.
  Result<DelegationRequest> FindRequest(storage::Reader& reader, const Call& call) const;
  /// Changes it in a transaction, and when it was changed last.
  Result<Json> Change(const Call& call, const std::function<Result<void>(storage::Txn&, DelegationRequest&)>& change);

  const ServiceDeps& deps_;
  auth::SealedMessages trade_in_;
};

}  // namespace stratolite::iam
