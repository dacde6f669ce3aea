#pragma once

#include <string_view>

#include "iam/model.hpp"
#include "stratolite/base/json.hpp"

/// Entities as answers show them. All functions: Thread-safe.
namespace stratolite::iam {

/// What users, groups, roles, policies and instance profiles have in common: `Path`, `UserName` (`GroupName`, …), `UserId` (…), `Arn`, `CreateDate`. Their own
/// members are the nouns' to add.
Json CoreView(const Entity& entity);
/// Adds `Tags`, where there are any, and `PermissionsBoundary`, where there is one. Lists of users and roles show neither.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
void AddTagsAndBoundary(Json& view, const Entity& entity);
/// `{"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": …}`
Json BoundaryView(std::string_view policy_arn);
/// `{"PolicyName": …, "PolicyArn": …}`
Json AttachedPolicyView(std::string_view policy_arn);

}  // namespace stratolite::iam
