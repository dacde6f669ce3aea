#pragma once

#include "stratolite/auth/access_context.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite {

/// Whom a question is about, and where. Plain references.
struct RequestFacts {
  const Call& call;
  /// botocore's name of the service.
  std::string_view service;
  const ports::IdentityDirectory::Identity& identity;
  /// The caller's organization and the resource's.
  const ports::OrganizationDirectory::Membership& membership;
  const ports::OrganizationDirectory::Membership& resource_membership;
  std::string_view resource_account;
  TimePoint now;
};

/// The global condition keys of a request. Left out, since nobody here knows them: `aws:SourceVpc` and its kin, `aws:FederatedProvider`, `aws:CalledVia`.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
void AddRequestKeys(const RequestFacts& facts, auth::AccessContext& context);

}  // namespace stratolite
