#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/access_context.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite {

/// Which keys anybody looks at: all others need not be found out. Borrows.
struct WantedKeys {
  bool all = false;
  std::vector<std::string_view> names = {};

  bool any() const { return all || !names.empty(); }
  void Add(const std::vector<std::string>& keys) { names.insert(names.end(), keys.begin(), keys.end()); }
  /// Without regard to case.
  bool Has(std::string_view name) const;
  /// Whether one begins so.
  bool HasPrefix(std::string_view prefix) const;
};

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

/// Those of the global condition keys of a request that are wanted. Left out, since nobody here knows them: `aws:SourceVpc` and its kin, `aws:FederatedProvider`, `aws:CalledVia`.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
void AddRequestKeys(const RequestFacts& facts, const WantedKeys& wanted, auth::AccessContext& context);

}  // namespace stratolite
