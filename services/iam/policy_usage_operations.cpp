#include "iam/policy_usage_operations.hpp"

#include <limits>
#include <map>
#include <optional>

#include "iam/entities.hpp"
#include "iam/entity_store.hpp"
#include "iam/granted_services.hpp"
#include "iam/managed_policies.hpp"
#include "iam/paging.hpp"
#include "iam/policy_errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::int64_t kEveryone = std::numeric_limits<std::int64_t>::max();

/// What ListEntitiesForPolicy was asked for.
struct UsageFilter {
  std::optional<EntityKind> kind;
  /// An EntityFilter that is no kind of user of policies.
  bool nobody = false;
  std::string path_prefix;
  std::string usage;

  static UsageFilter Of(const Json& input) {
    const Fields in(input);
    UsageFilter filter;
    filter.path_prefix = in.StringOr("PathPrefix", "/");
    filter.usage = in.StringOr("PolicyUsageFilter", "");
    const std::string kind = in.StringOr("EntityFilter", "");
    if (kind == "User") filter.kind = EntityKind::kUser;
    if (kind == "Group") filter.kind = EntityKind::kGroup;
    if (kind == "Role") filter.kind = EntityKind::kRole;
    filter.nobody = !kind.empty() && !filter.kind;
    return filter;
  }
  bool Accepts(const Entity& entity) const {
    return !nobody && (!kind || *kind == entity.kind) && entity.path.starts_with(path_prefix);
  }
};

/// By number; who has it both ways is there once.
std::map<EntityId, Entity> UsersOf(storage::Reader& reader, const AccountId& account, std::string_view arn,
                                   const UsageFilter& filter) {
  std::map<EntityId, Entity> users;
  const auto add = [&](std::vector<Entity> found) {
    for (Entity& entity : found) {
      const EntityId id = entity.id;
      if (filter.Accepts(entity)) users.emplace(id, std::move(entity));
    }
  };
  if (filter.usage != "PermissionsBoundary") add(EntityStore::ListAttachedTo(reader, account, arn, 0, kEveryone));
  if (filter.usage != "PermissionsPolicy") add(EntityStore::ListBoundedBy(reader, account, arn, 0, kEveryone));
  return users;
}

/// One policy that somebody has, of its own or by a group.
struct HeldPolicy {
  Json view;
  std::string document;
};

void AddHeldPolicies(storage::Reader& reader, const Entity& entity, std::vector<HeldPolicy>& held) {
  for (InlinePolicy& policy : EntityStore::ListInlinePolicies(reader, entity.id, "", kEveryone)) {
    std::string type(ModelNameOf(entity.kind));
    for (char& c : type) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    held.push_back({{{"PolicyName", policy.name},
                     {"PolicyType", "INLINE"},
                     {"EntityType", std::move(type)},
                     {"EntityName", entity.name}},
                    std::move(policy.document)});
  }
  for (const std::string& arn : EntityStore::ListAttached(reader, entity.id, "", kEveryone)) {
    const auto policy = ManagedPolicies::Find(reader, entity.account, arn);
    auto document = ManagedPolicies::FindDocument(reader, entity.account, arn);
    if (!policy || !document) continue;
    held.push_back(
        {{{"PolicyName", policy->name}, {"PolicyType", "MANAGED"}, {"PolicyArn", policy->arn}}, *std::move(document)});
  }
}

}  // namespace

void PolicyUsageOperations::Register(OperationTable& operations) {
  operations.Add("ListEntitiesForPolicy", this, &PolicyUsageOperations::ListEntitiesForPolicy);
  operations.Add("ListPoliciesGrantingServiceAccess", this, &PolicyUsageOperations::ListPoliciesGrantingServiceAccess);
}

Result<Json> PolicyUsageOperations::ListEntitiesForPolicy(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, Fields(call.input).String("PolicyArn"));
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  const UsageFilter filter = UsageFilter::Of(call.input);
  const EntityId after = ParseWholeNumber<EntityId>(page.after).value_or(0);
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    if (!ManagedPolicies::Find(reader, call.scope.account, arn)) return PolicyNotFound(arn);
    const auto users = UsersOf(reader, call.scope.account, arn, filter);
    Json output = {{"PolicyGroups", Json::array()}, {"PolicyUsers", Json::array()}, {"PolicyRoles", Json::array()}};
    std::int64_t count = 0;
    EntityId last = after;
    auto next = users.upper_bound(after);
    for (; next != users.end() && count < page.limit; ++next, ++count) {
      const Entity& entity = next->second;
      const std::string word(ModelNameOf(entity.kind));
      output["Policy" + word + "s"].push_back({{word + "Name", entity.name}, {word + "Id", entity.unique_id}});
      last = entity.id;
    }
    WritePage(output, next != users.end(), std::to_string(last));
    return output;
  });
}

// Users and roles with all that lets them use a service, groups with their own.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
Result<Json> PolicyUsageOperations::ListPoliciesGrantingServiceAccess(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string arn, in.String("Arn"));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const auto entity = EntityStore::FindByArn(reader, arn);
    const bool has_policies = entity && (entity->kind == EntityKind::kUser || entity->kind == EntityKind::kGroup ||
                                         entity->kind == EntityKind::kRole);
    if (!has_policies || entity->account != call.scope.account)
      return NoSuchEntity(std::string("ARN ").append(arn).append(" cannot be found."));
    std::vector<HeldPolicy> held;
    AddHeldPolicies(reader, *entity, held);
    if (entity->kind == EntityKind::kUser) {
      for (const Entity& group : EntityStore::ListContainers(reader, entity->id, "", kEveryone))
        AddHeldPolicies(reader, group, held);
    }
    Json services = Json::array();
    for (const std::string& name_space : in.Strings("ServiceNamespaces")) {
      Json policies = Json::array();
      for (const HeldPolicy& policy : held) {
        if (GrantsService(policy.document, AsciiLower(name_space))) policies.push_back(policy.view);
      }
      services.push_back({{"ServiceNamespace", name_space}, {"Policies", std::move(policies)}});
    }
    return Json{{"PoliciesGrantingServiceAccess", std::move(services)}, {"IsTruncated", false}};
  });
}

}  // namespace stratolite::iam
