#pragma once

#include "iam/credential_owner.hpp"
#include "iam/user_credential_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// SSH public keys and signing certificates of users: kept, told apart and switched on and off; no service here takes them. `details` of the credentials: of a
/// key `{"ssh", "pem", "fingerprint"}`, of a certificate `{"body"}`. `deps` must outlive it. Thread-safe. Blocks.
class PublicKeyOperations {
 public:
  explicit PublicKeyOperations(const ServiceDeps& deps) : deps_(deps) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> UploadSSHPublicKey(const Call& call);
  Result<Json> GetSSHPublicKey(const Call& call);
  Result<Json> ListSSHPublicKeys(const Call& call);
  Result<Json> UpdateSSHPublicKey(const Call& call);
  Result<Json> DeleteSSHPublicKey(const Call& call);
  Result<Json> UploadSigningCertificate(const Call& call);
  Result<Json> ListSigningCertificates(const Call& call);
  Result<Json> UpdateSigningCertificate(const Call& call);
  Result<Json> DeleteSigningCertificate(const Call& call);

  const ServiceDeps& deps_;
};

}  // namespace stratolite::iam
