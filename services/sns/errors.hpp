#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error that SNS answers. The codes are the model's shapes.
/// https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
namespace stratolite::sns {

/// `Invalid parameter: <what>`
AwsError InvalidParameter(std::string_view what);
/// `Invalid parameter: <name> Reason: <reason>`
AwsError InvalidParameter(std::string_view name, std::string_view reason);
/// The message as it is.
AwsError InvalidParameterText(std::string message);
/// `Invalid parameter: <name> Reason: no value for required parameter`
AwsError EmptyParameter(std::string_view name);
/// A member that the model requires; `name` begins with a small letter there.
AwsError NullParameter(std::string_view name);
/// `1 validation error detected: Value '<value>' at '<name>' failed to satisfy constraint: <constraint>`
AwsError ConstraintViolated(std::string_view value, std::string_view name, std::string_view constraint);
AwsError TopicNotFound();
AwsError SubscriptionNotFound();
/// Of the tag operations.
AwsError ResourceNotFound();
AwsError TagLimitExceeded();
AwsError NotFound(std::string message);
AwsError AuthorizationError(std::string message);

}  // namespace stratolite::sns
