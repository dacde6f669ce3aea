#pragma once

#include "sns/platform_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Platform applications and the endpoints of their devices. Credentials are kept and never shown; no push service is asked whether they are good.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
/// Everything given must outlive it. Thread-safe. Blocks.
class PlatformOperations {
 public:
  explicit PlatformOperations(const ServiceDeps& deps) : deps_(deps) {}

  Result<Json> CreatePlatformApplication(const Call& call);
  Result<Json> DeletePlatformApplication(const Call& call);
  Result<Json> ListPlatformApplications(const Call& call);
  Result<Json> GetPlatformApplicationAttributes(const Call& call);
  Result<Json> SetPlatformApplicationAttributes(const Call& call);
  Result<Json> CreatePlatformEndpoint(const Call& call);
  Result<Json> DeleteEndpoint(const Call& call);
  Result<Json> ListEndpointsByPlatformApplication(const Call& call);
  Result<Json> GetEndpointAttributes(const Call& call);
  Result<Json> SetEndpointAttributes(const Call& call);

 private:
  const ServiceDeps deps_;
};

}  // namespace stratolite::sns
