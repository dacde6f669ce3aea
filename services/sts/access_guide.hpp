#pragma once

#include "stratolite/service/access.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sts {

/// What calls of STS need: roles' trust policies are their resource policies, and what a session is to have is in the request's context. Federated callers
/// (SAML, web identity) need nothing here: their role is asked once their token was verified. `deps` must outlive it. Thread-safe. Blocks; not from within a
/// transaction.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
class StsAccessGuide final : public AccessGuide {
 public:
  explicit StsAccessGuide(const ServiceDeps& deps) : deps_(deps) {}

  void Refine(const Call& call, std::vector<AccessNeed>& needs) override;
  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  ServiceDeps deps_;
};

}  // namespace stratolite::sts
