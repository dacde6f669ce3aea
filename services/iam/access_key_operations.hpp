#pragma once

#include "iam/credential_owner.hpp"
#include "iam/model.hpp"
#include "iam/user_credential_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Access keys of users and of root. Active ones are in the world's credential store, which verifies requests; inactive and deleted ones are not. `details`
/// of the credential: `{"secret"}`. `deps` must outlive it. Thread-safe. Blocks.
class AccessKeyOperations {
 public:
  explicit AccessKeyOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

  /// Keys sign for what the user is called now: after it was renamed or moved to another path.
  void UserChanged(storage::Txn& txn, const Entity& user);

 private:
  Result<Json> CreateAccessKey(const Call& call);
  Result<Json> ListAccessKeys(const Call& call);
  Result<Json> UpdateAccessKey(const Call& call);
  Result<Json> DeleteAccessKey(const Call& call);
  Result<Json> GetAccessKeyLastUsed(const Call& call);

  void StoreCredential(storage::Txn& txn, const CredentialOwner& owner, const UserCredential& key);
  /// The key that a call names, the owner's. Errors: NoSuchEntity.
  Result<UserCredential> FindKey(storage::Reader& reader, const CredentialOwner& owner, const Call& call);

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
