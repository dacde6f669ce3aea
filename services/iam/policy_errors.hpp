#pragma once

#include <string_view>

#include "iam/errors.hpp"
#include "stratolite/service/service.hpp"

/// What IAM says about managed policies.
namespace stratolite::iam {

/// What is no policy's ARN at all.
AwsError InvalidPolicyArn(std::string_view arn);
AwsError PolicyNotFound(std::string_view arn);
/// When attaching.
AwsError PolicyNotThere(std::string_view arn);
AwsError PolicyVersionNotThere(std::string_view arn, std::string_view version);
AwsError BoundaryNotThere(std::string_view arn);
/// AWS's policies of service-linked roles.
AwsError PolicyOfServices();
AwsError PolicyNameTaken(std::string_view name);
AwsError TooManyPolicyVersions();
AwsError PolicyStillAttached();
AwsError PolicyHasVersions();
AwsError DefaultVersionStays();
/// A change to one of AWS's policies.
AwsError PolicyIsAws(const Call& call, std::string_view arn);

}  // namespace stratolite::iam
