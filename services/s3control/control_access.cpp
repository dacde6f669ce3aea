#include "s3control/control_access.hpp"

#include "s3control/errors.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/service_starter.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3control {

Result<ports::BucketControl*> FindControl(const ServiceDeps& deps) {
  if (auto* const control = deps.ports.Find<ports::BucketControl>()) return control;
  if (auto* const starter = deps.ports.Find<ports::ServiceStarter>()) starter->Start("s3");
  if (auto* const control = deps.ports.Find<ports::BucketControl>()) return control;
  return WithoutS3();
}

Result<void> CheckAccount(const Call& call) {
  const std::string account = Fields(call.input).StringOr("AccountId", "");
  if (!IsAccountId(account)) return InvalidUri(account);
  if (account != call.scope.account.str()) return AccessDenied();
  return {};
}

}  // namespace stratolite::s3control
