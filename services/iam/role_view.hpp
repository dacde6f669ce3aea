#pragma once

#include "iam/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"

/// Roles as rows and as answers. All functions: Thread-safe.
namespace stratolite::iam {

/// What the row of a role has beside what all entities have. Plain data.
struct RoleDetails {
  /// As the user sent it.
  std::string trust_policy;
  std::string description;
  std::int64_t max_session_seconds = 3600;

  Json ToJson() const;
};
RoleDetails RoleDetailsOf(const Entity& role);

/// Of a service, by CreateServiceLinkedRole.
bool IsServiceLinked(const Entity& role);

/// What CreateRole answers, and what instance profiles show of their roles: no longest session.
Json BareRoleView(const Entity& role);
/// What lists show: with description and longest session.
Json RoleView(const Entity& role);

}  // namespace stratolite::iam
