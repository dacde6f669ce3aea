#include "sns/errors.hpp"

#include <fmt/format.h>

namespace stratolite::sns {
namespace {

std::string WithSmallLetter(std::string_view name) {
  std::string spelled(name);
  if (!spelled.empty() && spelled.front() >= 'A' && spelled.front() <= 'Z') spelled.front() += 'a' - 'A';
  return spelled;
}

}  // namespace

AwsError InvalidParameterText(std::string message) {
  return {.code = "InvalidParameterException", .message = std::move(message)};
}

AwsError InvalidParameter(std::string_view what) {
  return InvalidParameterText(fmt::format("Invalid parameter: {}", what));
}

AwsError InvalidParameter(std::string_view name, std::string_view reason) {
  return InvalidParameterText(fmt::format("Invalid parameter: {} Reason: {}", name, reason));
}

AwsError EmptyParameter(std::string_view name) { return InvalidParameter(name, "no value for required parameter"); }

AwsError NullParameter(std::string_view name) {
  return {.code = "ValidationError",
          .message = fmt::format("1 validation error detected: Value null at '{}' failed to satisfy constraint: Member "
                                 "must not be null",
                                 WithSmallLetter(name)),
          .http_status = 400};
}

AwsError ConstraintViolated(std::string_view value, std::string_view name, std::string_view constraint) {
  return {.code = "ValidationError",
          .message = fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}",
                                 value, WithSmallLetter(name), constraint),
          .http_status = 400};
}

AwsError TopicNotFound() { return NotFound("Topic does not exist"); }

AwsError SubscriptionNotFound() { return NotFound("Subscription does not exist"); }

AwsError ResourceNotFound() { return {.code = "ResourceNotFoundException", .message = "Resource does not exist"}; }

AwsError TagLimitExceeded() {
  return {.code = "TagLimitExceededException",
          .message = "Could not complete request: tag quota of per resource exceeded"};
}

AwsError NotFound(std::string message) { return {.code = "NotFoundException", .message = std::move(message)}; }

AwsError AuthorizationError(std::string message) {
  return {.code = "AuthorizationErrorException", .message = std::move(message)};
}

}  // namespace stratolite::sns
