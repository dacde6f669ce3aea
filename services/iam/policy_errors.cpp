#include "iam/policy_errors.hpp"

#include <fmt/format.h>

namespace stratolite::iam {

AwsError InvalidPolicyArn(std::string_view arn) { return InvalidInput(fmt::format("ARN {} is not valid.", arn)); }
AwsError PolicyNotFound(std::string_view arn) { return NoSuchEntity(fmt::format("Policy {} was not found.", arn)); }
AwsError PolicyNotThere(std::string_view arn) {
  return NoSuchEntity(fmt::format("Policy {} does not exist or is not attachable.", arn));
}
AwsError PolicyVersionNotThere(std::string_view arn, std::string_view version) {
  return NoSuchEntity(fmt::format("Policy {} version {} does not exist or is not attachable.", arn, version));
}
AwsError BoundaryNotThere(std::string_view arn) {
  return NoSuchEntity(fmt::format("Scope ARN: {} does not exist or is not attachable.", arn));
}
AwsError PolicyOfServices() {
  return {"PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.", 400};
}
AwsError PolicyNameTaken(std::string_view name) {
  return EntityAlreadyExists(fmt::format("A policy called {} already exists. Duplicate names are not allowed.", name));
}
AwsError TooManyPolicyVersions() {
  return LimitExceeded(
      "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing"
      " version.");
}
AwsError PolicyStillAttached() { return DeleteConflict("Cannot delete a policy attached to entities."); }
AwsError PolicyHasVersions() {
  return DeleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The"
      " default version is deleted with the policy.");
}
AwsError DefaultVersionStays() { return DeleteConflict("Cannot delete the default version of a policy."); }
AwsError PolicyIsAws(const Call& call, std::string_view arn) {
  return {"AccessDenied",
          fmt::format("User: {} is not authorized to perform: iam:{} on resource: policy {}", call.caller.arn,
                      call.operation, arn),
          403};
}

}  // namespace stratolite::iam
