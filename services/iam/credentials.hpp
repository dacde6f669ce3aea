#pragma once

#include "iam/access_key_operations.hpp"
#include "iam/account_feature_operations.hpp"
#include "iam/credential_report_operations.hpp"
#include "iam/delegation_operations.hpp"
#include "iam/entity_store.hpp"
#include "iam/last_access_operations.hpp"
#include "iam/login_operations.hpp"
#include "iam/mfa_operations.hpp"
#include "iam/open_id_operations.hpp"
#include "iam/organization_access_operations.hpp"
#include "iam/public_key_operations.hpp"
#include "iam/saml_operations.hpp"
#include "iam/server_certificate_operations.hpp"
#include "iam/service_credential_operations.hpp"
#include "iam/stored_identity_providers.hpp"
#include "iam/user_belongings.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Everything about how users, root and strangers prove who they are, and what was used when: the operations of these nouns, and what users have of them. Offers
/// ports::MfaVerifier and ports::IdentityProviders. Arguments must outlive it. Thread-safe. Blocks.
class Credentials final : public UserBelongings {
 public:
  Credentials(const ServiceDeps& deps, EntityStore& entities);
  void Register(OperationTable& operations);

  Result<void> CheckDeletable(storage::Reader& reader, const Entity& user) override;
  void Renamed(storage::Txn& txn, const Entity& user) override;

 private:
  AccessKeyOperations access_keys_;
  LoginOperations logins_;
  MfaOperations mfa_devices_;
  PublicKeyOperations public_keys_;
  ServiceCredentialOperations service_credentials_;
  ServerCertificateOperations server_certificates_;
  OpenIdOperations open_id_providers_;
  SamlOperations saml_providers_;
  AccountFeatureOperations features_;
  DelegationOperations delegations_;
  CredentialReportOperations credential_reports_;
  LastAccessOperations last_access_;
  OrganizationAccessOperations organization_access_;
  StoredIdentityProviders identity_providers_;
};

}  // namespace stratolite::iam
