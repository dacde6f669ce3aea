#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error of the service, with AWS's codes and texts.
/// https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html
namespace stratolite::organizations {

AwsError NotInOrganization();
AwsError AlreadyInOrganization();
AwsError OnlyManagement();
AwsError InvalidInput(std::string_view reason, std::string message);
AwsError InvalidPattern();
AwsError InvalidNextToken();
AwsError ConstraintViolation(std::string_view reason, std::string message);
AwsError OrganizationNotEmpty();
AwsError RootNotFound();
AwsError ParentNotFound();
AwsError ChildNotFound();
AwsError TargetNotFound();
AwsError UnitNotFound();
AwsError UnitNotEmpty();
AwsError DuplicateUnit();
AwsError AccountNotFound();
AwsError AccountAlreadyClosed();
AwsError AccountRequestNotFound();
AwsError DuplicateAccount();
AwsError SourceParentNotFound();
AwsError DestinationParentNotFound();
AwsError ManagementCannotLeave();
AwsError PolicyNotFound();
AwsError DuplicatePolicy();
AwsError PolicyInUse();
AwsError PolicyIsAwsManaged();
AwsError MalformedPolicy();
AwsError PolicyTypeNotAvailable();
AwsError PolicyTypeAlreadyEnabled();
AwsError PolicyTypeNotEnabled();
AwsError DuplicateAttachment();
AwsError PolicyNotAttached();
/// 501: policies of other types than service and resource control.
AwsError PolicyTypeNotBuilt(std::string_view type);
AwsError HandshakeNotFound();
AwsError DuplicateHandshake();
AwsError HandshakeTargetInOrganization();
AwsError HandshakeNotOpen();

}  // namespace stratolite::organizations
