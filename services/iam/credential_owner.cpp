#include "iam/credential_owner.hpp"

#include "iam/entity_store.hpp"
#include "iam/errors.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {

CredentialOwner OwnerOf(const Entity& user) {
  CredentialOwner owner;
  owner.id = user.id;
  owner.account = user.account;
  owner.user_name = user.name;
  owner.principal.type = auth::PrincipalType::kUser;
  owner.principal.account = user.account;
  owner.principal.arn = user.arn;
  owner.principal.user_id = user.unique_id;
  return owner;
}

Result<CredentialOwner> FindNamedOwner(storage::Reader& reader, const Call& call, const std::string& user_name) {
  const auto user = EntityStore::Find(reader, call.scope.account, EntityKind::kUser, user_name);
  if (!user) return NoSuchEntity("user", user_name);
  return OwnerOf(*user);
}

Result<CredentialOwner> FindOwner(storage::Reader& reader, const Call& call) {
  if (const auto name = Fields(call.input).OptionalString("UserName")) return FindNamedOwner(reader, call, *name);
  if (call.caller.type == auth::PrincipalType::kUser) {
    const auto user = EntityStore::FindByUniqueId(reader, call.caller.user_id);
    if (!user) return NoSuchEntity("user", call.caller.arn.substr(call.caller.arn.rfind('/') + 1));
    return OwnerOf(*user);
  }
  if (call.caller.type != auth::PrincipalType::kRoot)
    return ValidationError("Must specify userName when calling with non-User credentials");
  CredentialOwner owner;
  owner.account = call.scope.account;
  owner.principal = auth::RootPrincipal(call.scope.account, PartitionOf(call.scope.region));
  return owner;
}

}  // namespace stratolite::iam
