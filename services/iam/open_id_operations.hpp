#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// OpenID Connect providers. `details` of the entity, whose name is the URL without its scheme: `{"client_ids", "thumbprints"}`. Leaves out fetching the provider's
/// certificate when no thumbprint is given. Arguments must outlive it. Thread-safe. Blocks.
class OpenIdOperations {
 public:
  OpenIdOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateOpenIDConnectProvider(const Call& call);
  Result<Json> GetOpenIDConnectProvider(const Call& call);
  Result<Json> ListOpenIDConnectProviders(const Call& call);
  Result<Json> DeleteOpenIDConnectProvider(const Call& call);
  Result<Json> UpdateOpenIDConnectProviderThumbprint(const Call& call);
  Result<Json> AddClientIDToOpenIDConnectProvider(const Call& call);
  Result<Json> RemoveClientIDFromOpenIDConnectProvider(const Call& call);

  const ServiceDeps& deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
