#include "iam/role_directory.hpp"

#include <algorithm>
#include <chrono>

#include "iam/entity_store.hpp"
#include "iam/role_view.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/auth/decision.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/registry.hpp"

namespace stratolite::iam {
namespace {

constexpr std::chrono::hours kLongestSession{12};

/// The same role has the same id in every world.
ports::RoleDirectory::Role RoleOfNobody(const Arn& arn) {
  ports::RoleDirectory::Role role;
  role.unique_id = auth::MakeUniqueId("AROA", AccountId(arn.account), AsBytes(Sha256(arn.ToString())));
  role.max_session = kLongestSession;
  return role;
}

AwsError NotAuthorizedTo(std::string_view action) {
  return {"AccessDenied", std::string("Not authorized to perform ").append(action), 403};
}

}  // namespace

IamMode IamModeOf(const ServiceDeps& deps) {
  const auto* const access = deps.ports.Find<ports::AccessMode>();
  return access == nullptr ? IamMode::kOff : access->mode();
}

std::optional<ports::RoleDirectory::Role> StoredRoles::Find(const Arn& arn) {
  const auto entity =
      deps_.db.Read([&](storage::Reader& reader) { return EntityStore::FindByArn(reader, arn.ToString()); });
  if (!entity || entity->kind != EntityKind::kRole) {
    if (IamModeOf(deps_) != IamMode::kOff) return std::nullopt;
    return RoleOfNobody(arn);
  }
  RoleDetails details = RoleDetailsOf(*entity);
  Role role;
  role.unique_id = entity->unique_id;
  role.max_session = std::chrono::seconds(details.max_session_seconds);
  role.trust_policy = std::move(details.trust_policy);
  role.tags = entity->tags;
  return role;
}

Result<ports::RoleDirectory::Role> StoredRoles::Assume(const Attempt& attempt) {
  std::optional<Role> role = Find(attempt.role);
  const std::string_view action = attempt.actions.empty() ? "sts:AssumeRole" : std::string_view(attempt.actions[0]);
  if (!role) return NotAuthorizedTo(action);
  if (IamModeOf(deps_) != IamMode::kEnforce) return *std::move(role);
  const std::string arn = attempt.role.ToString();
  auth::ApplicablePolicies policies;
  if (auto policy = documents_.Get(role->trust_policy).policy) policies.resource = {arn, std::move(policy)};
  const bool trusted = std::all_of(attempt.actions.begin(), attempt.actions.end(), [&](const std::string& wanted) {
    const auth::AccessQuestion question{.caller = attempt.caller,
                                        .action = wanted,
                                        .resource = arn,
                                        .resource_account = attempt.role.account,
                                        .context = attempt.context,
                                        .resource_policy_required = true};
    return auth::Decide(question, policies).allowed;
  });
  if (!trusted) return NotAuthorizedTo(action);
  return *std::move(role);
}

}  // namespace stratolite::iam
