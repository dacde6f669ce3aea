#include "iam/role_errors.hpp"

#include <fmt/format.h>

#include "iam/errors.hpp"

namespace stratolite::iam {

AwsError RoleInInstanceProfile() {
  return DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
}
AwsError InstanceProfileTaken(std::string_view name) {
  return EntityAlreadyExists(fmt::format("Instance Profile {} already exists.", name));
}
AwsError RoleNotInInstanceProfile(std::string_view role, std::string_view profile) {
  return NoSuchEntity(fmt::format("Role {} cannot be found in Instance Profile {}.", role, profile));
}
AwsError PathOfServiceRoles(std::string_view path) {
  return InvalidInput(fmt::format("Path {} is reserved for service-linked roles.", path));
}

AwsError UnknownLinkedService(std::string_view service) {
  return InvalidInput(fmt::format("Service role for {} is not supported.", service));
}
AwsError SuffixNotAllowed(std::string_view service) {
  return InvalidInput(fmt::format("Custom suffix is not allowed for {}", service));
}
AwsError LinkedRoleNameTooLong(std::string_view name) {
  return InvalidInput(fmt::format("Service role name {} is longer than 64 characters.", name));
}
AwsError LinkedRoleTaken(std::string_view name) {
  return InvalidInput(
      fmt::format("Service role name {} has been taken in this account, please try a different suffix.", name));
}
AwsError NotServiceLinked(std::string_view name) {
  return NoSuchEntity(fmt::format("The service-linked role with name {} cannot be found.", name));
}
AwsError UnknownDeletionTask(std::string_view id) {
  return NoSuchEntity(fmt::format("Deletion task {} cannot be found.", id));
}

}  // namespace stratolite::iam
