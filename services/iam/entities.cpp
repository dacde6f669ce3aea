#include "iam/entities.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "iam/errors.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

struct KindFacts {
  std::string_view model_name;
  /// `{}`: the name or ARN that was asked for.
  std::string_view not_found;
  /// Before path and name.
  std::string_view arn_type;
  std::string_view id_prefix;
};

/// In the order of EntityKind.
constexpr std::array<KindFacts, 9> kKinds = {{
    {"User", "The user with name {} cannot be found.", "user", "AIDA"},
    {"Group", "The group with name {} cannot be found.", "group", "AGPA"},
    {"Role", "The role with name {} cannot be found.", "role", "AROA"},
    {"Policy", "Policy {} was not found.", "policy", "ANPA"},
    {"InstanceProfile", "Instance Profile {} cannot be found.", "instance-profile", "AIPA"},
    {"ServerCertificate", "The Server Certificate with name {} cannot be found.", "server-certificate", "ASCA"},
    {"OpenIDConnectProvider", "OpenIDConnect Provider not found for arn {}", "oidc-provider", ""},
    {"SAMLProvider", "Manifest not found for arn {}", "saml-provider", ""},
    {"MFADevice", "VirtualMFADevice with serial number {} doesn't exist.", "mfa", ""},
}};

const KindFacts& FactsOf(EntityKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view ModelNameOf(EntityKind kind) { return FactsOf(kind).model_name; }

std::string_view WordFor(EntityKind kind) { return FactsOf(kind).arn_type; }

std::string ArnOf(const Call& call, EntityKind kind, std::string_view path, std::string_view name) {
  return fmt::format("arn:{}:iam::{}:{}{}{}", PartitionOf(call.scope.region), call.scope.account.str(),
                     FactsOf(kind).arn_type, path, name);
}

std::string MovedArn(const Entity& entity, std::string_view path, std::string_view name) {
  std::string arn = entity.arn.substr(0, entity.arn.find('/'));
  return arn.append(path).append(name);
}

Entity MakeEntity(const ServiceDeps& deps, const Call& call, EntityKind kind, std::string name, std::string path) {
  Entity entity;
  entity.account = call.scope.account;
  entity.kind = kind;
  entity.arn = ArnOf(call, kind, path, name);
  entity.name = std::move(name);
  entity.path = std::move(path);
  const std::string_view prefix = FactsOf(kind).id_prefix;
  if (!prefix.empty()) entity.unique_id = auth::MakeUniqueId(prefix, entity.account, deps.random.Bytes(8));
  entity.created_at = std::chrono::floor<std::chrono::seconds>(deps.clock.Now());
  return entity;
}

AwsError NotFound(EntityKind kind, std::string_view name) {
  return NoSuchEntity(fmt::format(fmt::runtime(FactsOf(kind).not_found), name));
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
Result<void> CheckModifiable(const Entity& entity) {
  if (entity.kind != EntityKind::kRole || !entity.path.starts_with("/aws-service-role/")) return {};
  return UnmodifiableEntity(fmt::format(
      "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS", entity.name));
}

Result<Entity> RequireEntity(storage::Reader& reader, const Call& call, EntityKind kind, std::string_view name) {
  std::optional<Entity> entity = EntityStore::Find(reader, call.scope.account, kind, name);
  if (!entity) return NotFound(kind, name);
  return *std::move(entity);
}

Result<Entity> RequireEntityByArn(storage::Reader& reader, const Call& call, EntityKind kind, std::string_view arn) {
  std::optional<Entity> entity = EntityStore::FindByArn(reader, arn);
  if (!entity || entity->kind != kind || entity->account != call.scope.account) return NotFound(kind, arn);
  return *std::move(entity);
}

Result<Entity> RequireUserOrCaller(storage::Reader& reader, const Call& call) {
  if (const auto name = Fields(call.input).OptionalString("UserName")) {
    return RequireEntity(reader, call, EntityKind::kUser, *name);
  }
  if (call.caller.type != auth::PrincipalType::kUser) return CallerIsNoUser();
  std::optional<Entity> user = EntityStore::FindByUniqueId(reader, call.caller.user_id);
  if (!user || user->kind != EntityKind::kUser) {
    return NotFound(EntityKind::kUser, call.caller.arn.substr(call.caller.arn.rfind('/') + 1));
  }
  return *std::move(user);
}

}  // namespace stratolite::iam
