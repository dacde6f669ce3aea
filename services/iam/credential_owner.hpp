#pragma once

#include <string>

#include "iam/model.hpp"
#include "iam/user_credential_store.hpp"
#include "stratolite/auth/principal.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// Whose credentials a call is about. Plain data.
struct CredentialOwner {
  /// kRootUser: the account's root user.
  EntityId id = kRootUser;
  AccountId account{""};
  /// Empty for root.
  std::string user_name;
  /// Who acts with its credentials.
  auth::Principal principal;

  bool is_root() const { return id == kRootUser; }
};

/// The user that the member `UserName` names. Errors: NoSuchEntity, `The user with name … cannot be found.`
Result<CredentialOwner> FindNamedOwner(storage::Reader& reader, const Call& call, const std::string& user_name);
/// The same, or the caller, user or root, when there is no `UserName`. Errors also: ValidationError for callers that are neither.
Result<CredentialOwner> FindOwner(storage::Reader& reader, const Call& call);
/// A user as owner of credentials.
CredentialOwner OwnerOf(const Entity& user);

}  // namespace stratolite::iam
