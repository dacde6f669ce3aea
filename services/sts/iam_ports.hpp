#pragma once

#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/service_starter.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sts {

/// What IAM offers (roles, providers, MFA devices, policies), IAM being made if need be; nullptr where this world has no IAM: then nothing is known about
/// accounts. Blocks; not from within a transaction.
template <typename Port>
Port* FindIamPort(const ServiceDeps& deps) {
  if (auto* const port = deps.ports.Find<Port>()) return port;
  if (auto* const starter = deps.ports.Find<ports::ServiceStarter>()) starter->Start("iam");
  return deps.ports.Find<Port>();
}

/// Whether what policies do not allow is refused.
inline bool PoliciesAreEnforced(const ServiceDeps& deps) {
  auto* const access = deps.ports.Find<ports::AccessMode>();
  return access != nullptr && access->mode() == IamMode::kEnforce;
}

}  // namespace stratolite::sts
