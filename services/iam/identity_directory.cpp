#include "iam/identity_directory.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <mutex>
#include <optional>

#include "iam/managed_policies.hpp"

namespace stratolite::iam {
namespace {

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kServiceRolePath = "/aws-service-role/";
constexpr std::string_view kEverything =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
/// What takes the place of a boundary that is gone.
constexpr std::string_view kNothing =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"none:None","Resource":"*"}]})";

/// Whose policies a principal has: its own ARN, or that of whom a session is of.
const std::string& HolderOf(const auth::Principal& principal) {
  const bool session =
      principal.type == auth::PrincipalType::kAssumedRole || principal.type == auth::PrincipalType::kFederatedUser;
  return session ? principal.issuer_arn : principal.arn;
}

}  // namespace

std::shared_ptr<const ports::IdentityDirectory::Identity> StoredIdentities::Find(const auth::Principal& principal) {
  return FindByArn(HolderOf(principal));
}

std::shared_ptr<const ports::IdentityDirectory::Identity> StoredIdentities::Find(storage::Reader& reader,
                                                                                 const auth::Principal& principal) {
  const std::string& arn = HolderOf(principal);
  if (auto known = FindKnown(arn, entities_.generation())) return known;
  // Not remembered: what a transaction sees may never be committed.
  return std::make_shared<const Identity>(Load(reader, arn));
}

std::shared_ptr<const ports::IdentityDirectory::Identity> StoredIdentities::FindKnown(const std::string& arn,
                                                                                      std::uint64_t generation) {
  const std::shared_lock lock(mutex_);
  const auto found = known_.find(arn);
  return found != known_.end() && found->second.generation == generation ? found->second.identity : nullptr;
}

std::shared_ptr<const ports::IdentityDirectory::Identity> StoredIdentities::FindByArn(const std::string& arn) {
  // Before the rows: what changes meanwhile makes this answer an old one.
  const std::uint64_t generation = entities_.generation();
  if (auto known = FindKnown(arn, generation)) return known;
  auto identity =
      std::make_shared<const Identity>(db_.Read([&](storage::Reader& reader) { return Load(reader, arn); }));
  const std::unique_lock lock(mutex_);
  if (known_.size() >= kMostKnown) known_.clear();
  known_.insert_or_assign(arn, Known{generation, identity});
  return identity;
}

ports::IdentityDirectory::Identity StoredIdentities::Load(storage::Reader& reader, const std::string& arn) {
  Identity identity;
  // Federation tokens of the root user, who has no row.
  if (arn.ends_with(":root")) {
    identity.exists = true;
    AddDocument("root", kEverything, identity);
    return identity;
  }
  const std::optional<Entity> entity = EntityStore::FindByArn(reader, arn);
  if (!entity) return identity;
  identity.exists = true;
  identity.tags = entity->tags;
  identity.service_linked = entity->kind == EntityKind::kRole && entity->path.starts_with(kServiceRolePath);
  AddPolicies(reader, *entity, identity);
  if (entity->kind == EntityKind::kUser) {
    identity.user_name = entity->name;
    for (const Entity& group : EntityStore::ListContainers(reader, entity->id, {}, kAll))
      AddPolicies(reader, group, identity);
  }
  if (!entity->boundary.empty()) {
    const auto document = ManagedPolicies::FindDocument(reader, entity->account, entity->boundary);
    auto compiled = documents_.Get(document.value_or(std::string(kNothing)));
    if (!compiled.policy) compiled = documents_.Get(kNothing);
    identity.boundary = auth::NamedPolicy{entity->boundary, compiled.policy};
    std::ranges::copy(*compiled.keys, std::back_inserter(identity.context_keys));
  }
  return identity;
}

void StoredIdentities::AddPolicies(storage::Reader& reader, const Entity& entity, Identity& identity) {
  for (const InlinePolicy& policy : EntityStore::ListInlinePolicies(reader, entity.id, {}, kAll))
    AddDocument(policy.name, policy.document, identity);
  for (const std::string& arn : EntityStore::ListAttached(reader, entity.id, {}, kAll)) {
    if (const auto document = ManagedPolicies::FindDocument(reader, entity.account, arn))
      AddDocument(arn, *document, identity);
  }
}

void StoredIdentities::AddDocument(std::string name, std::string_view document, Identity& identity) {
  auto compiled = documents_.Get(document);
  if (!compiled.policy) return;
  std::ranges::copy(*compiled.keys, std::back_inserter(identity.context_keys));
  identity.policies.push_back({std::move(name), std::move(compiled.policy)});
}

auth::PolicyPtr StoredIdentities::FindManagedPolicy(const AccountId& account, const std::string& arn) {
  const auto document =
      db_.Read([&](storage::Reader& reader) { return ManagedPolicies::FindDocument(reader, account, arn); });
  return document ? documents_.Get(*document).policy : nullptr;
}

}  // namespace stratolite::iam
