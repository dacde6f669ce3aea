#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/decision.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite {

/// One permission that a call needs, all that the decision about it was made from, and the decision. Plain data.
struct AccessTrace {
  AccessNeed need;
  std::string resource_account;
  auth::AccessContext context;
  auth::ApplicablePolicies policies;
  bool policy_required = false;
  auth::Decision decision;

  /// As long as both live.
  auth::AccessQuestion Question(const auth::Principal& caller) const {
    return {caller, need.action, need.resource, resource_account, context, policy_required};
  }
};

/// `no identity-based policy allows it`.
std::string_view DescribeReason(auth::AccessReason reason);

/// A statement that lacks, and the kind of policy that it lacks in: `identity`, `resource`, `boundary`, `session`, `service control`, `resource control`.
struct Remedy {
  std::string_view kind;
  Json statement;
};
/// What would have to be allowed, and where, for the outcome to be another: each found by adding it and deciding again. Empty: nothing helps, for a
/// statement denies explicitly.
std::vector<Remedy> FindRemedies(const AccessTrace& trace, const auth::Principal& caller);

/// The page of `why`, without the error. `traces` begin with the decision that the outcome comes from.
Json DescribeTraces(std::string_view service, const Call& call, const std::vector<AccessTrace>& traces);

/// What DecodeAuthorizationMessage tells: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
Json DescribeForDecoding(const Call& call, const AccessTrace& trace);

}  // namespace stratolite
