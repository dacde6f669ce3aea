#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Certificates of servers, with their keys. `details` of the entity: `{"body", "chain", "private_key", "expires" (seconds)}`. Arguments must outlive it.
/// Thread-safe. Blocks.
class ServerCertificateOperations {
 public:
  ServerCertificateOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> UploadServerCertificate(const Call& call);
  Result<Json> GetServerCertificate(const Call& call);
  Result<Json> ListServerCertificates(const Call& call);
  Result<Json> UpdateServerCertificate(const Call& call);
  Result<Json> DeleteServerCertificate(const Call& call);

  const ServiceDeps& deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
