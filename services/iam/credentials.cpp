#include "iam/credentials.hpp"

#include "iam/errors.hpp"
#include "iam/user_credential_store.hpp"
#include "stratolite/ports/registry.hpp"

namespace stratolite::iam {

Credentials::Credentials(const ServiceDeps& deps, EntityStore& entities)
    : access_keys_(deps),
      logins_(deps),
      mfa_devices_(deps, entities),
      public_keys_(deps),
      service_credentials_(deps),
      server_certificates_(deps, entities),
      open_id_providers_(deps, entities),
      saml_providers_(deps, entities),
      features_(deps),
      delegations_(deps),
      credential_reports_(deps),
      last_access_(deps),
      organization_access_(deps),
      identity_providers_(deps.db) {
  deps.ports.Offer<ports::MfaVerifier>(&mfa_devices_);
  deps.ports.Offer<ports::IdentityProviders>(&identity_providers_);
}

void Credentials::Register(OperationTable& operations) {
  access_keys_.Register(operations);
  logins_.Register(operations);
  mfa_devices_.Register(operations);
  public_keys_.Register(operations);
  service_credentials_.Register(operations);
  server_certificates_.Register(operations);
  open_id_providers_.Register(operations);
  saml_providers_.Register(operations);
  features_.Register(operations);
  delegations_.Register(operations);
  credential_reports_.Register(operations);
  last_access_.Register(operations);
  organization_access_.Register(operations);
}

Result<void> Credentials::CheckDeletable(storage::Reader& reader, const Entity& user) {
  const auto has = [&](CredentialKind kind) {
    return UserCredentialStore::Count(reader, user.account, kind, user.id) > 0;
  };
  if (has(CredentialKind::kAccessKey)) return DeleteConflict("Cannot delete entity, must delete access keys first.");
  if (UserCredentialStore::FindLogin(reader, user.account, user.id))
    return DeleteConflict("Cannot delete entity, must delete login profile first.");
  if (MfaStore::Count(reader, user.account, user.id) > 0)
    return DeleteConflict("Cannot delete entity, must delete MFA device first.");
  if (has(CredentialKind::kSigningCertificate))
    return DeleteConflict("Cannot delete entity, must delete certificates first.");
  if (has(CredentialKind::kSshKey) || has(CredentialKind::kServiceSpecific))
    return DeleteConflict("Cannot delete entity, must remove referenced objects first.");
  return {};
}

void Credentials::Renamed(storage::Txn& txn, const Entity& user) { access_keys_.UserChanged(txn, user); }

}  // namespace stratolite::iam
