#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/entity_store.hpp"
#include "iam/simulation.hpp"
#include "stratolite/service/service.hpp"

/// Users, groups and roles as simulations see them. Plain functions. Thread-safe. Block.
namespace stratolite::iam {

/// The policies that somebody has, as simulations tell of them.
struct PrincipalPolicies {
  Entity entity;
  std::vector<SimulatedPolicy> identity;
  std::optional<SimulatedPolicy> boundary;
};

/// Which of them a simulation is to leave out: PolicyExclusionList.
class PolicyExclusions {
 public:
  /// Errors: InvalidInput for what identifies no policy.
  static Result<PolicyExclusions> Read(const Json& list);
  bool HasType(std::string_view type) const;
  bool HasManaged(std::string_view arn) const;
  bool HasInline(const Entity& holder, std::string_view name) const;

 private:
  std::vector<std::string> types_;
  std::vector<std::string> arns_;
  /// `user/alice/policy`.
  std::vector<std::string> inline_;
};

/// `arn`: a user's, with the policies of its groups; a group's; a role's. Errors: InvalidInput for another ARN, NoSuchEntity.
Result<PrincipalPolicies> LoadPrincipalPolicies(storage::Reader& reader, const Call& call, std::string_view arn,
                                                const PolicyExclusions& exclusions);

/// Errors: InvalidInput `Invalid Entity Arn: …` for what is no user's, group's or role's.
Result<EntityKind> KindOfEntityArn(std::string_view arn);

}  // namespace stratolite::iam
