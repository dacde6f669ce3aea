#include "iam/stored_identity_providers.hpp"

#include <algorithm>

#include "iam/account_feature_store.hpp"
#include "iam/entity_store.hpp"
#include "iam/saml_metadata.hpp"

namespace stratolite::iam {

std::optional<ports::IdentityProviders::OpenIdProvider> StoredIdentityProviders::FindOpenIdProvider(
    const AccountId& account, std::string_view issuer) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (issuer.starts_with(scheme)) issuer.remove_prefix(scheme.size());
  }
  std::string name(issuer.substr(0, issuer.find_last_not_of('/') + 1));
  return db_.Read([&](storage::Reader& reader) -> std::optional<OpenIdProvider> {
    auto provider = EntityStore::Find(reader, account, EntityKind::kOpenIdProvider, name);
    if (!provider) provider = EntityStore::Find(reader, account, EntityKind::kOpenIdProvider, name.append("/"));
    // Names are found whatever their case; issuers are not the same then.
    if (!provider || provider->name != name) return std::nullopt;
    OpenIdProvider found;
    found.arn = provider->arn;
    found.url = provider->name;
    provider->details.at("client_ids").get_to(found.client_ids);
    provider->details.at("thumbprints").get_to(found.thumbprints);
    return found;
  });
}

std::optional<ports::IdentityProviders::SamlProvider> StoredIdentityProviders::FindSamlProvider(const Arn& arn) {
  return db_.Read([&](storage::Reader& reader) -> std::optional<SamlProvider> {
    const auto provider = EntityStore::FindByArn(reader, arn.ToString());
    if (!provider || provider->kind != EntityKind::kSamlProvider) return std::nullopt;
    SamlProvider found;
    found.arn = provider->arn;
    provider->details.at("metadata").get_to(found.metadata);
    auto metadata = ParseSamlMetadata(found.metadata);
    if (!metadata) return std::nullopt;
    found.entity_id = std::move(metadata->entity_id);
    found.signing_certificates = std::move(metadata->signing_certificates);
    found.valid_until = metadata->valid_until;
    return found;
  });
}

std::optional<std::string> StoredIdentityProviders::FindOutboundIssuer(const AccountId& account) {
  return db_.Read([&](storage::Reader& reader) -> std::optional<std::string> {
    const auto state = AccountFeatureStore::Find(reader, account, AccountFeatureStore::kOutboundFederation);
    if (!state || !state->value("enabled", false)) return std::nullopt;
    return state->at("issuer").get<std::string>();
  });
}

bool StoredIdentityProviders::RootSessionsEnabled(const AccountId& management_account) {
  return db_.Read([&](storage::Reader& reader) {
    const auto features =
        AccountFeatureStore::Find(reader, management_account, AccountFeatureStore::kOrganizationFeatures);
    return features && std::find(features->begin(), features->end(), Json("RootSessions")) != features->end();
  });
}

}  // namespace stratolite::iam
