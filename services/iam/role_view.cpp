#include "iam/role_view.hpp"

#include "iam/entity_view.hpp"
#include "iam/policy_documents.hpp"

namespace stratolite::iam {

Json RoleDetails::ToJson() const {
  return {{"AssumeRolePolicyDocument", trust_policy},
          {"Description", description},
          {"MaxSessionDuration", max_session_seconds}};
}

RoleDetails RoleDetailsOf(const Entity& role) {
  return {.trust_policy = role.details.value("AssumeRolePolicyDocument", ""),
          .description = role.details.value("Description", ""),
          .max_session_seconds = role.details.value("MaxSessionDuration", std::int64_t{3600})};
}

bool IsServiceLinked(const Entity& role) { return role.path.starts_with("/aws-service-role/"); }

Json BareRoleView(const Entity& role) {
  Json view = CoreView(role);
  view["AssumeRolePolicyDocument"] = EncodeDocument(RoleDetailsOf(role).trust_policy);
  return view;
}

Json RoleView(const Entity& role) {
  const RoleDetails details = RoleDetailsOf(role);
  Json view = CoreView(role);
  view["AssumeRolePolicyDocument"] = EncodeDocument(details.trust_policy);
  if (!details.description.empty()) view["Description"] = details.description;
  view["MaxSessionDuration"] = details.max_session_seconds;
  return view;
}

}  // namespace stratolite::iam
