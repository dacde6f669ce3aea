#pragma once

#include <string>
#include <string_view>

#include "iam/entity_store.hpp"
#include "iam/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// Making entities and finding them, with AWS's words where there is none. All functions: Thread-safe.
namespace stratolite::iam {

/// The model's prefix of names and ids: `User`, `Group`, `Role`, `Policy`, `InstanceProfile`, …
std::string_view ModelNameOf(EntityKind kind);
/// As messages about roles call it: `user`, `role`.
std::string_view WordFor(EntityKind kind);

/// A new one of the caller's account, not stored yet: unique id, ARN with the path, now in whole seconds, as AWS keeps them.
Entity MakeEntity(const ServiceDeps& deps, const Call& call, EntityKind kind, std::string name, std::string path);
/// `arn:aws:iam::123456789012:user/path/name`. The partition is that of the call's region.
std::string ArnOf(const Call& call, EntityKind kind, std::string_view path, std::string_view name);
/// The same ARN with another path and name.
std::string MovedArn(const Entity& entity, std::string_view path, std::string_view name);

/// Of the call's account, by name. Errors: NoSuchEntity in the kind's own words.
Result<Entity> RequireEntity(storage::Reader& reader, const Call& call, EntityKind kind, std::string_view name);
/// By ARN: policies and providers; virtual MFA devices by serial number. Errors: the same.
Result<Entity> RequireEntityByArn(storage::Reader& reader, const Call& call, EntityKind kind, std::string_view arn);
/// The user that `UserName` names; without it the caller. Errors: NoSuchEntity; ValidationError when the caller is no user.
Result<Entity> RequireUserOrCaller(storage::Reader& reader, const Call& call);
AwsError NotFound(EntityKind kind, std::string_view name);
/// Whether its policies, boundary and trust are the account's to change. Errors: UnmodifiableEntity for roles of services.
Result<void> CheckModifiable(const Entity& entity);

}  // namespace stratolite::iam
