#include "iam/simulated_principal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "iam/entities.hpp"
#include "iam/errors.hpp"
#include "iam/managed_policies.hpp"

namespace stratolite::iam {
namespace {

constexpr std::int64_t kEveryPolicy = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kIamPolicy = "IAM Policy";

std::string_view LastSegment(std::string_view arn) { return arn.substr(arn.rfind('/') + 1); }

bool Holds(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// What identifies a managed policy; wildcards stand nowhere in it.
bool IsPolicyArn(std::string_view arn) {
  return arn.starts_with("arn:aws") && arn.find(":iam::") != std::string_view::npos &&
         arn.find(":policy/") != std::string_view::npos && arn.find_first_of("*?") == std::string_view::npos;
}

Result<void> AddHeldPolicies(storage::Reader& reader, const Entity& holder, const PolicyExclusions& exclusions,
                             std::vector<SimulatedPolicy>& policies) {
  for (const auto& policy : EntityStore::ListInlinePolicies(reader, holder.id, {}, kEveryPolicy)) {
    if (exclusions.HasType("inline") || exclusions.HasInline(holder, policy.name)) continue;
    ASSIGN_OR_RETURN(auto simulated, ReadSimulatedPolicy(policy.name, std::string(kIamPolicy), policy.document));
    policies.push_back(std::move(simulated));
  }
  for (const auto& arn : EntityStore::ListAttached(reader, holder.id, {}, kEveryPolicy)) {
    const bool by_aws = arn.find(":iam::aws:policy/") != std::string::npos;
    if (exclusions.HasManaged(arn) || exclusions.HasType(by_aws ? "aws-managed" : "user-managed")) continue;
    const auto document = ManagedPolicies::FindDocument(reader, holder.account, arn);
    if (!document) continue;
    ASSIGN_OR_RETURN(auto simulated,
                     ReadSimulatedPolicy(std::string(LastSegment(arn)), std::string(kIamPolicy), *document));
    policies.push_back(std::move(simulated));
  }
  return {};
}

}  // namespace

Result<PolicyExclusions> PolicyExclusions::Read(const Json& list) {
  PolicyExclusions exclusions;
  for (const auto& one : list) {
    if (one.contains("PolicyType")) {
      exclusions.types_.push_back(one["PolicyType"].get<std::string>());
    } else if (one.contains("PolicyArn")) {
      auto arn = one["PolicyArn"].get<std::string>();
      if (!IsPolicyArn(arn)) return InvalidInput(fmt::format("ARN {} is not valid.", arn));
      exclusions.arns_.push_back(std::move(arn));
    } else if (one.contains("InlinePolicyIdentifier")) {
      const Json& policy = one["InlinePolicyIdentifier"];
      exclusions.inline_.push_back(fmt::format("{}/{}/{}", policy.value("AttachmentType", ""),
                                               policy.value("AttachmentName", ""), policy.value("PolicyName", "")));
    } else {
      return InvalidInput("A policy identifier names a policy type, an ARN or an inline policy.");
    }
  }
  return exclusions;
}

bool PolicyExclusions::HasType(std::string_view type) const { return Holds(types_, type); }
bool PolicyExclusions::HasManaged(std::string_view arn) const { return Holds(arns_, arn); }
bool PolicyExclusions::HasInline(const Entity& holder, std::string_view name) const {
  const std::string_view word = holder.kind == EntityKind::kUser    ? "user"
                                : holder.kind == EntityKind::kGroup ? "group"
                                                                    : "role";
  return Holds(inline_, fmt::format("{}/{}/{}", word, holder.name, name));
}

Result<EntityKind> KindOfEntityArn(std::string_view arn) {
  const auto start = arn.find(":iam::");
  if (arn.starts_with("arn:aws") && start != std::string_view::npos && !arn.ends_with('/')) {
    const auto rest = arn.substr(start + 6);
    if (rest.size() > 13 && rest[12] == ':' && IsAccountId(rest.substr(0, 12))) {
      const auto what = rest.substr(13);
      if (what.starts_with("user/")) return EntityKind::kUser;
      if (what.starts_with("group/")) return EntityKind::kGroup;
      if (what.starts_with("role/")) return EntityKind::kRole;
    }
  }
  return InvalidInput(fmt::format("Invalid Entity Arn: {} does not clearly define entity type and name.", arn));
}

Result<PrincipalPolicies> LoadPrincipalPolicies(storage::Reader& reader, const Call& call, std::string_view arn,
                                                const PolicyExclusions& exclusions) {
  ASSIGN_OR_RETURN(const EntityKind kind, KindOfEntityArn(arn));
  auto entity = EntityStore::FindByArn(reader, arn);
  if (!entity || entity->account != call.scope.account || entity->kind != kind) return NotFound(kind, LastSegment(arn));
  PrincipalPolicies found{.entity = *std::move(entity), .identity = {}, .boundary = {}};
  RETURN_IF_ERROR(AddHeldPolicies(reader, found.entity, exclusions, found.identity));
  if (kind == EntityKind::kUser) {
    for (const auto& group : EntityStore::ListContainers(reader, found.entity.id, {}, kEveryPolicy)) {
      RETURN_IF_ERROR(AddHeldPolicies(reader, group, exclusions, found.identity));
    }
  }
  const std::string& limit = found.entity.boundary;
  if (limit.empty() || exclusions.HasType("permission-boundary") || exclusions.HasManaged(limit)) return found;
  if (const auto document = ManagedPolicies::FindDocument(reader, found.entity.account, limit)) {
    ASSIGN_OR_RETURN(found.boundary,
                     ReadSimulatedPolicy(std::string(LastSegment(limit)), "Permissions Boundary Policy", *document));
  }
  return found;
}

}  // namespace stratolite::iam
