#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// SAML 2.0 identity providers. `details` of the entity: `{"metadata", "uuid", "valid_until" (seconds), "encryption", "private_keys": [{"id", "key", "time"}]}`.
/// Arguments must outlive it. Thread-safe. Blocks.
class SamlOperations {
 public:
  SamlOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateSAMLProvider(const Call& call);
  Result<Json> GetSAMLProvider(const Call& call);
  Result<Json> ListSAMLProviders(const Call& call);
  Result<Json> UpdateSAMLProvider(const Call& call);
  Result<Json> DeleteSAMLProvider(const Call& call);

  /// What an input says of metadata, encryption and keys. Errors: InvalidInput, LimitExceeded.
  Result<void> ReadSettings(const Call& call, Entity& provider);

  const ServiceDeps& deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
