#include "events/errors.hpp"

#include <fmt/format.h>

namespace stratolite::events {
namespace {

AwsError ResourceNotFound(std::string message) {
  return {.code = "ResourceNotFoundException", .message = std::move(message)};
}

AwsError ResourceAlreadyExists(std::string message) {
  return {.code = "ResourceAlreadyExistsException", .message = std::move(message)};
}

}  // namespace

AwsError ValidationException(std::string message) {
  return {.code = "ValidationException", .message = std::move(message)};
}

AwsError ParameterNotValid(std::string_view name, std::string_view reason) {
  std::string message = fmt::format("Parameter {} is not valid.", name);
  if (!reason.empty()) message.append(" Reason: ").append(reason);
  return ValidationException(std::move(message));
}

AwsError BusNotFound(std::string_view bus) {
  return ResourceNotFound(fmt::format("Event bus {} does not exist.", bus));
}

AwsError BusAlreadyExists(std::string_view bus) {
  return ResourceAlreadyExists(fmt::format("Event bus {} already exists.", bus));
}

AwsError EventSourceNotFound(std::string_view source) {
  return ResourceNotFound(fmt::format("Event source {} does not exist.", source));
}

AwsError RuleNotFound(std::string_view rule, std::string_view bus) {
  return ResourceNotFound(fmt::format("Rule {} does not exist on EventBus {}.", rule, bus));
}

AwsError StatementNotFound() { return ResourceNotFound("Statement with the provided id does not exist."); }

AwsError BusHasNoPolicy() { return ResourceNotFound("EventBus does not have a policy."); }

AwsError LimitExceeded() {
  return {.code = "LimitExceededException", .message = "The requested resource exceeds the maximum number allowed."};
}

AwsError ManagedRule(std::string_view rule) {
  return {.code = "ManagedRuleException",
          .message = fmt::format("{} is a managed rule. Set 'force' parameter to true to override.", rule)};
}

AwsError RuleHasTargets() { return ValidationException("Rule can't be deleted since it has targets."); }

}  // namespace stratolite::events
