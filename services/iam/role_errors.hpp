#pragma once

#include <string_view>

#include "stratolite/base/result.hpp"

/// What IAM says about roles and instance profiles.
namespace stratolite::iam {

AwsError RoleInInstanceProfile();
AwsError InstanceProfileTaken(std::string_view name);
AwsError RoleNotInInstanceProfile(std::string_view role, std::string_view profile);
AwsError PathOfServiceRoles(std::string_view path);

AwsError UnknownLinkedService(std::string_view service);
AwsError SuffixNotAllowed(std::string_view service);
AwsError LinkedRoleNameTooLong(std::string_view name);
AwsError LinkedRoleTaken(std::string_view name);
AwsError NotServiceLinked(std::string_view name);
AwsError UnknownDeletionTask(std::string_view id);

}  // namespace stratolite::iam
