#pragma once

#include "iam/entity_store.hpp"
#include "iam/mfa_store.hpp"
#include "stratolite/ports/mfa_verifier.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Virtual MFA devices: their seeds, whose they are, and whether a code is the one they show on the world's clock. `details` of the entity: `{"seed"}`, in
/// base64. Leaves out devices that somebody holds in the hand (hardware tokens, security keys), whose secrets nobody here knows. Arguments must outlive it.
/// Thread-safe. Blocks.
class MfaOperations final : public ports::MfaVerifier {
 public:
  MfaOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}
  void Register(OperationTable& operations);

  Result<void> Verify(const auth::Principal& caller, std::string_view serial_number,
                      std::string_view token_code) override;

 private:
  Result<Json> CreateVirtualMFADevice(const Call& call);
  Result<Json> DeleteVirtualMFADevice(const Call& call);
  Result<Json> ListVirtualMFADevices(const Call& call);
  Result<Json> EnableMFADevice(const Call& call);
  Result<Json> ResyncMFADevice(const Call& call);
  Result<Json> DeactivateMFADevice(const Call& call);
  Result<Json> ListMFADevices(const Call& call);
  Result<Json> GetMFADevice(const Call& call);

  const ServiceDeps& deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
