#include "iam/entity_view.hpp"

#include <string>

#include "iam/entities.hpp"
#include "iam/tags.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {

Json CoreView(const Entity& entity) {
  const std::string prefix(ModelNameOf(entity.kind));
  return {{"Path", entity.path},
          {prefix + "Name", entity.name},
          {prefix + "Id", entity.unique_id},
          {"Arn", entity.arn},
          {"CreateDate", stratolite::ToJson(entity.created_at)}};
}

void AddTagsAndBoundary(Json& view, const Entity& entity) {
  if (!entity.tags.empty()) view["Tags"] = TagsView(entity.tags);
  if (!entity.boundary.empty()) view["PermissionsBoundary"] = BoundaryView(entity.boundary);
}

Json BoundaryView(std::string_view policy_arn) {
  return {{"PermissionsBoundaryType", "PermissionsBoundaryPolicy"}, {"PermissionsBoundaryArn", policy_arn}};
}

Json AttachedPolicyView(std::string_view policy_arn) {
  return {{"PolicyName", policy_arn.substr(policy_arn.rfind('/') + 1)}, {"PolicyArn", policy_arn}};
}

}  // namespace stratolite::iam
