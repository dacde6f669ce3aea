#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/entity_store.hpp"
#include "iam/model.hpp"
#include "iam/paging.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// What most nouns do with entities: listing a page of them, moving and deleting one. All functions: Thread-safe. Blocks.
namespace stratolite::iam {

using View = std::function<Json(const Entity&)>;

/// ListUsers and its kin: those of the call's account under `PathPrefix`, in order of names, as member `member` of the answer. Errors: ValidationError.
Result<Json> ListEntities(const ServiceDeps& deps, const Call& call, EntityKind kind, std::string_view member,
                          const View& view);
/// One page of what was read one more than asked for: views as `member` of `output`, IsTruncated and Marker.
void WriteEntities(Json& output, std::string_view member, std::vector<Entity> found, const PageRequest& page,
                   const View& view);

/// Another name, another path, or both; the ARN follows. Not stored yet. Errors: EntityAlreadyExists.
Result<void> MoveEntity(storage::Reader& reader, Entity& entity, const std::optional<std::string>& new_name,
                        const std::optional<std::string>& new_path);
/// Before a user, group or role is deleted. Errors: DeleteConflict while it has inline or attached policies.
Result<void> CheckWithoutPolicies(storage::Reader& reader, const Entity& entity);

}  // namespace stratolite::iam
