#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/access_context.hpp"
#include "stratolite/auth/policy.hpp"
#include "stratolite/auth/principal.hpp"
#include "stratolite/base/json_fwd.hpp"

namespace stratolite::auth {

/// A policy and how messages and traces call it: a managed one's ARN, an inline one's name, a resource's ARN.
struct NamedPolicy {
  std::string name;
  PolicyPtr policy;
};

/// Everything that has a say in one question. An absent kind has none: without `service_control` levels no organization restricts.
struct ApplicablePolicies {
  /// From the organization's root down to the account; on each level one policy must allow. Management accounts and service-linked roles have none.
  std::vector<std::vector<NamedPolicy>> service_control;
  /// The same, of the resource's account.
  std::vector<std::vector<NamedPolicy>> resource_control;
  std::optional<NamedPolicy> resource;
  std::vector<NamedPolicy> identity;
  std::optional<NamedPolicy> boundary;
  /// nullopt: the session came without any. Otherwise one of them must allow.
  std::optional<std::vector<NamedPolicy>> session;
};

/// May `caller` do `action` to `resource`? Plain data; refers to what the asker holds.
struct AccessQuestion {
  const Principal& caller;
  /// `s3:GetObject`.
  std::string_view action;
  /// An ARN, or `*` for actions without a resource.
  std::string_view resource;
  /// Who owns the resource: empty means the caller's account.
  std::string_view resource_account;
  const AccessContext& context;
  /// The resource's policy alone can allow, and must: role trust, KMS keys. Identity policies of the same account do not suffice.
  bool resource_policy_required = false;
};

/// The first reason of the outcome, in AWS's order of evaluation.
enum class AccessReason {
  kAllowed,
  /// The account's root user, which nothing but organizations and denying resource policies restricts.
  kRoot,
  kExplicitDenyServiceControl,
  kExplicitDenyResourceControl,
  kExplicitDenyResource,
  kExplicitDenyIdentity,
  kExplicitDenyBoundary,
  kExplicitDenySession,
  kNoServiceControlAllows,
  kNoResourceControlAllows,
  kNoResourceAllows,
  kNoIdentityAllows,
  kNoBoundaryAllows,
  kNoSessionAllows,
};

/// A statement that was looked at, for `why`.
struct ConsideredStatement {
  /// `identity`, `resource`, `boundary`, `session`, `service control`, `resource control`.
  std::string_view kind;
  std::string policy;
  /// Sid, or its number counted from 1.
  std::string statement;
  bool allows = false;
  bool matched = false;
  /// Not matched: the first part that did not, in words: `Action`, `Resource`, `Condition StringEquals aws:SourceIp`.
  std::string failed_part;
};

struct Decision {
  bool allowed = false;
  AccessReason reason = AccessReason::kNoIdentityAllows;
  /// Of the policy that decided, where one did.
  std::string policy;
  std::string statement;
};

/// AWS's evaluation: an explicit deny anywhere; organization's controls; the resource's policy (in the same account it may suffice, across accounts both
/// sides must allow); identity policies; boundary; session. `considered` may be null; if not, every statement is put into it. Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
Decision Decide(const AccessQuestion& question, const ApplicablePolicies& policies,
                std::vector<ConsideredStatement>* considered = nullptr);

/// `User: arn:… is not authorized to perform: s3:GetObject on resource: arn:… because no identity-based policy allows the s3:GetObject action`, and its
/// kin for explicit denies, boundaries, sessions, organizations, resource policies.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
std::string DescribeDenial(const AccessQuestion& question, const Decision& decision);

/// The keys that policies mention, lower case first letter as written, sorted, each once: what GetContextKeysForCustomPolicy answers.
std::vector<std::string> ContextKeysOf(const Policy& policy);

}  // namespace stratolite::auth
