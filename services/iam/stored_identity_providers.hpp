#pragma once

#include "stratolite/ports/identity_providers.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::iam {

/// IdentityProviders from the rows of IAM. `db` must outlive it. Thread-safe. Blocks.
class StoredIdentityProviders final : public ports::IdentityProviders {
 public:
  explicit StoredIdentityProviders(storage::Database& db) : db_(db) {}

  std::optional<OpenIdProvider> FindOpenIdProvider(const AccountId& account, std::string_view issuer) override;
  std::optional<SamlProvider> FindSamlProvider(const Arn& arn) override;
  std::optional<std::string> FindOutboundIssuer(const AccountId& account) override;
  bool RootSessionsEnabled(const AccountId& management_account) override;

 private:
  storage::Database& db_;
};

}  // namespace stratolite::iam
