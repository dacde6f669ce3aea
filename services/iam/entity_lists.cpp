#include "iam/entity_lists.hpp"

#include <utility>

#include "iam/entities.hpp"
#include "iam/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {

void WriteEntities(Json& output, std::string_view member, std::vector<Entity> found, const PageRequest& page,
                   const View& view) {
  const bool more = static_cast<std::int64_t>(found.size()) > page.limit;
  if (more) found.resize(static_cast<std::size_t>(page.limit));
  Json views = Json::array();
  for (const Entity& entity : found) views.push_back(view(entity));
  output[std::string(member)] = std::move(views);
  WritePage(output, more, more ? AsciiLower(found.back().name) : std::string());
}

Result<Json> ListEntities(const ServiceDeps& deps, const Call& call, EntityKind kind, std::string_view member,
                          const View& view) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  const std::string prefix = Fields(call.input).StringOr("PathPrefix", "/");
  Json output = Json::object();
  WriteEntities(output, member, deps.db.Read([&](storage::Reader& reader) {
    return EntityStore::List(reader, call.scope.account, kind, prefix, page.after, page.limit + 1);
  }),
                page, view);
  return output;
}

Result<void> MoveEntity(storage::Reader& reader, Entity& entity, const std::optional<std::string>& new_name,
                        const std::optional<std::string>& new_path) {
  if (new_name) {
    const auto same = EntityStore::Find(reader, entity.account, entity.kind, *new_name);
    if (same && same->id != entity.id) return NameTaken(ModelNameOf(entity.kind), *new_name);
    entity.name = *new_name;
  }
  if (new_path) entity.path = *new_path;
  entity.arn = MovedArn(entity, entity.path, entity.name);
  return {};
}

Result<void> CheckWithoutPolicies(storage::Reader& reader, const Entity& entity) {
  if (!EntityStore::ListAttached(reader, entity.id, "", 1).empty()) {
    return DeleteConflict("Cannot delete entity, must detach all policies first.");
  }
  if (!EntityStore::ListInlinePolicies(reader, entity.id, "", 1).empty()) {
    return DeleteConflict("Cannot delete entity, must delete policies first.");
  }
  return {};
}

}  // namespace stratolite::iam
