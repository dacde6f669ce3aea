#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error that IAM answers. The codes are what clients see, which is the model's `error` code where it differs from the shape's name.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
namespace stratolite::iam {

AwsError NoSuchEntity(std::string message);
/// `The user with name alice cannot be found.`; `what`: `user`, `role`, `group`, …
AwsError NoSuchEntity(std::string_view what, std::string_view name);
AwsError EntityAlreadyExists(std::string message);
AwsError DeleteConflict(std::string message);
AwsError LimitExceeded(std::string message);
AwsError InvalidInput(std::string message);
AwsError ValidationError(std::string message);
AwsError MalformedPolicyDocument(std::string message);

}  // namespace stratolite::iam
