#include "iam/managed_policies.hpp"

#include "iam/aws_policies.hpp"
#include "iam/entity_store.hpp"
#include "iam/policy_errors.hpp"
#include "iam/policy_version_store.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::iam {
namespace {

std::optional<Entity> FindCustomerPolicy(storage::Reader& reader, const AccountId& account, std::string_view arn) {
  std::optional<Entity> entity = EntityStore::FindByArn(reader, arn);
  if (!entity || entity->kind != EntityKind::kPolicy || entity->account != account) return std::nullopt;
  return entity;
}

}  // namespace

std::string PolicyVersionName(std::int64_t number) { return "v" + std::to_string(number); }

std::int64_t PolicyVersionNumber(std::string_view version) {
  if (!version.starts_with("v")) return 0;
  return ParseWholeNumber<std::int64_t>(version.substr(1)).value_or(0);
}

PolicyDetails PolicyDetailsOf(const Entity& entity) {
  return {.default_version = entity.details.value("DefaultVersion", std::int64_t{1}),
          .newest_version = entity.details.value("NewestVersion", std::int64_t{1}),
          .updated_at = TimePoint(Duration(entity.details.value("UpdatedAt", std::int64_t{0}))),
          .description = entity.details.value("Description", "")};
}

Json PolicyDetails::ToJson() const {
  return {{"DefaultVersion", default_version},
          {"NewestVersion", newest_version},
          {"UpdatedAt", updated_at.time_since_epoch().count()},
          {"Description", description}};
}

ManagedPolicy ToManagedPolicy(const Entity& entity) {
  ManagedPolicy policy;
  policy.id = entity.id;
  policy.arn = entity.arn;
  policy.name = entity.name;
  policy.path = entity.path;
  policy.unique_id = entity.unique_id;
  PolicyDetails details = PolicyDetailsOf(entity);
  policy.description = std::move(details.description);
  policy.default_version = PolicyVersionName(details.default_version);
  policy.created_at = entity.created_at;
  policy.updated_at = details.updated_at;
  policy.tags = entity.tags;
  return policy;
}

std::optional<ManagedPolicy> ManagedPolicies::Find(storage::Reader& reader, const AccountId& account,
                                                   std::string_view arn) {
  if (IsAwsPolicyArn(arn)) return FindAwsPolicy(arn);
  const std::optional<Entity> entity = FindCustomerPolicy(reader, account, arn);
  if (!entity) return std::nullopt;
  return ToManagedPolicy(*entity);
}

std::optional<std::string> ManagedPolicies::FindDocument(storage::Reader& reader, const AccountId& account,
                                                         std::string_view arn) {
  if (IsAwsPolicyArn(arn)) {
    if (!FindAwsPolicy(arn)) return std::nullopt;
    return AwsPolicyDocument(arn);
  }
  const std::optional<ManagedPolicy> policy = Find(reader, account, arn);
  if (!policy) return std::nullopt;
  auto version = FindStoredVersion(reader, policy->id, PolicyVersionNumber(policy->default_version));
  if (!version) return std::nullopt;
  return std::move(version->document);
}

std::optional<PolicyVersion> ManagedPolicies::FindVersion(storage::Reader& reader, const AccountId& account,
                                                          std::string_view arn, std::string_view version) {
  const std::optional<ManagedPolicy> policy = Find(reader, account, arn);
  if (!policy) return std::nullopt;
  const bool is_default = policy->default_version == version;
  if (policy->by_aws()) {
    if (!is_default) return std::nullopt;
    return PolicyVersion{policy->default_version, true, AwsPolicyDocument(arn), policy->updated_at};
  }
  auto stored = FindStoredVersion(reader, policy->id, PolicyVersionNumber(version));
  if (!stored) return std::nullopt;
  return PolicyVersion{PolicyVersionName(stored->number), is_default, std::move(stored->document), stored->created_at};
}

std::vector<PolicyVersion> ManagedPolicies::ListVersions(storage::Reader& reader, const AccountId& account,
                                                         std::string_view arn) {
  const std::optional<ManagedPolicy> policy = Find(reader, account, arn);
  if (!policy) return {};
  if (policy->by_aws()) return {{policy->default_version, true, AwsPolicyDocument(arn), policy->updated_at}};
  std::vector<PolicyVersion> versions;
  for (StoredVersion& stored : ListStoredVersions(reader, policy->id)) {
    const std::string name = PolicyVersionName(stored.number);
    versions.push_back({name, name == policy->default_version, std::move(stored.document), stored.created_at});
  }
  return versions;
}

Result<ManagedPolicy> ManagedPolicies::FindAttachable(storage::Reader& reader, const AccountId& account,
                                                      std::string_view arn) {
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  std::optional<ManagedPolicy> policy = Find(reader, account, arn);
  if (!policy) return PolicyNotThere(arn);
  if (!policy->attachable()) return PolicyOfServices();
  return *std::move(policy);
}

Result<void> ManagedPolicies::CheckBoundary(storage::Reader& reader, const AccountId& account, std::string_view arn) {
  RETURN_IF_ERROR(CheckPolicyArn(arn));
  const std::optional<ManagedPolicy> policy = Find(reader, account, arn);
  if (!policy || !policy->attachable()) return BoundaryNotThere(arn);
  return {};
}

Result<void> CheckPolicyArn(std::string_view arn) {
  const std::optional<Arn> parsed = Arn::Parse(arn);
  if (!parsed || parsed->service != "iam" || !parsed->region.empty() || !parsed->resource.starts_with("policy/") ||
      (parsed->account != "aws" && !IsAccountId(parsed->account)))
    return InvalidPolicyArn(arn);
  return {};
}

}  // namespace stratolite::iam
