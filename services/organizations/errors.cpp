#include "organizations/errors.hpp"

#include <memory>
#include <utility>

#include "stratolite/base/json.hpp"

namespace stratolite::organizations {
namespace {

AwsError WithReason(std::string code, std::string_view reason, std::string message) {
  AwsError error{std::move(code), std::move(message), 400};
  error.fields = std::make_shared<const Json>(Json{{"Reason", reason}});
  return error;
}

}  // namespace

AwsError NotInOrganization() {
  return {"AWSOrganizationsNotInUseException", "Your account is not a member of an organization.", 400};
}
AwsError AlreadyInOrganization() {
  return {"AlreadyInOrganizationException", "The AWS account is already a member of an organization.", 400};
}
AwsError OnlyManagement() {
  return {"AccessDeniedException", "You don't have permissions to access this resource.", 400};
}
AwsError InvalidInput(std::string_view reason, std::string message) {
  return WithReason("InvalidInputException", reason, std::move(message));
}
AwsError InvalidPattern() {
  return InvalidInput("INVALID_PATTERN", "You provided a value that does not match the required pattern.");
}
AwsError InvalidNextToken() {
  return InvalidInput("INVALID_NEXT_TOKEN", "You specified an invalid value for the next token.");
}
AwsError ConstraintViolation(std::string_view reason, std::string message) {
  return WithReason("ConstraintViolationException", reason, std::move(message));
}
AwsError OrganizationNotEmpty() {
  return {"OrganizationNotEmptyException",
          "To delete an organization you must first remove all member accounts (except the master).", 400};
}
AwsError RootNotFound() { return {"RootNotFoundException", "You specified a root that doesn't exist.", 400}; }
AwsError ParentNotFound() { return {"ParentNotFoundException", "You specified a parent that doesn't exist.", 400}; }
AwsError ChildNotFound() { return {"ChildNotFoundException", "You specified a child that doesn't exist.", 400}; }
AwsError TargetNotFound() { return {"TargetNotFoundException", "You specified a target that doesn't exist.", 400}; }
AwsError UnitNotFound() {
  return {"OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.", 400};
}
AwsError UnitNotEmpty() {
  return {"OrganizationalUnitNotEmptyException", "You specified an organizational unit that is not empty.", 400};
}
AwsError DuplicateUnit() {
  return {"DuplicateOrganizationalUnitException", "An OU with the same name already exists.", 400};
}
AwsError AccountNotFound() { return {"AccountNotFoundException", "You specified an account that doesn't exist.", 400}; }
AwsError AccountAlreadyClosed() {
  return {"AccountAlreadyClosedException", "The provided account is already closed.", 400};
}
AwsError AccountRequestNotFound() {
  return {"CreateAccountStatusNotFoundException", "You specified a create account request that doesn't exist.", 400};
}
AwsError DuplicateAccount() {
  return {"DuplicateAccountException", "The account is already in the destination container.", 400};
}
AwsError SourceParentNotFound() {
  return {"SourceParentNotFoundException", "You specified a source parent that doesn't exist.", 400};
}
AwsError DestinationParentNotFound() {
  return {"DestinationParentNotFoundException", "You specified a destination parent that doesn't exist.", 400};
}
AwsError ManagementCannotLeave() {
  return {"MasterCannotLeaveOrganizationException", "You can't remove a management account from an organization.", 400};
}
AwsError PolicyNotFound() { return {"PolicyNotFoundException", "You specified a policy that doesn't exist.", 400}; }
AwsError DuplicatePolicy() {
  return {"DuplicatePolicyException", "A policy with the specified name and type already exists.", 400};
}
AwsError PolicyInUse() {
  return {"PolicyInUseException", "The specified policy is attached to one or more entities.", 400};
}
AwsError PolicyIsAwsManaged() { return InvalidInput("IMMUTABLE_POLICY", "You cannot modify an AWS-managed policy."); }
AwsError MalformedPolicy() {
  return {"MalformedPolicyDocumentException",
          "The provided policy document does not meet the requirements of the specified policy type.", 400};
}
AwsError PolicyTypeNotAvailable() {
  return {"PolicyTypeNotAvailableForOrganizationException",
          "You can't use the specified policy type with the feature set currently enabled for this organization.", 400};
}
AwsError PolicyTypeAlreadyEnabled() {
  return {"PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.", 400};
}
AwsError PolicyTypeNotEnabled() {
  return {"PolicyTypeNotEnabledException", "This operation can be performed only for enabled policy types.", 400};
}
AwsError DuplicateAttachment() {
  return {"DuplicatePolicyAttachmentException", "The selected policy is already attached to the specified target.",
          400};
}
AwsError PolicyNotAttached() {
  return {"PolicyNotAttachedException", "This policy isn't attached to the specified root, OU, or account.", 400};
}
AwsError PolicyTypeNotBuilt(std::string_view type) {
  return {"NotImplemented", "Policies of type " + std::string(type) + " are not implemented by Stratolite.", 501};
}
AwsError HandshakeNotFound() {
  return {"HandshakeNotFoundException", "You specified a handshake that doesn't exist.", 400};
}
AwsError DuplicateHandshake() {
  return {"DuplicateHandshakeException", "An invitation to the same account is still open.", 400};
}
AwsError HandshakeTargetInOrganization() {
  return WithReason("HandshakeConstraintViolationException", "ALREADY_IN_AN_ORGANIZATION",
                    "The handshake recipient is already a member of an organization.");
}
AwsError HandshakeNotOpen() {
  return {"InvalidHandshakeTransitionException",
          "You can't perform the operation on the handshake in its current state.", 400};
}

}  // namespace stratolite::organizations
