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

AwsError LimitExceeded() {
  return {.code = "LimitExceededException", .message = "The requested resource exceeds the maximum number allowed."};
}

AwsError ManagedRule(std::string_view rule) {
  return {.code = "ManagedRuleException",
          .message = fmt::format("{} is a managed rule. Set 'force' parameter to true to override.", rule)};
}

AwsError RuleHasTargets() { return ValidationException("Rule can't be deleted since it has targets."); }

AwsError BusHasRules() { return ValidationException("EventBus can't be deleted since it has rules."); }

AwsError PolicyTooLong() {
  return {.code = "PolicyLengthExceededException",
          .message = "The resource policy is longer than the maximum number of characters allowed."};
}

AwsError ArchiveNotFound(std::string_view archive) {
  return ResourceNotFound(fmt::format("Archive {} does not exist.", archive));
}

AwsError ArchiveAlreadyExists(std::string_view archive) {
  return ResourceAlreadyExists(fmt::format("Archive {} already exists.", archive));
}

AwsError ReplayNotFound(std::string_view replay) {
  return ResourceNotFound(fmt::format("Replay {} does not exist.", replay));
}

AwsError ReplayAlreadyExists(std::string_view replay) {
  return ResourceAlreadyExists(fmt::format("Replay {} already exists.", replay));
}

AwsError ReplayIsOver(std::string_view replay) {
  return {.code = "IllegalStatusException",
          .message = fmt::format("Replay {} is not in a valid state for this operation.", replay)};
}

AwsError TooManyFilters(std::string_view operation) {
  return ValidationException(fmt::format(
      "At most one filter is allowed for {}. Use either : State, EventSourceArn, or NamePrefix.", operation));
}

AwsError EndpointNotFound(std::string_view endpoint) {
  return ResourceNotFound(fmt::format("Endpoint {} does not exist.", endpoint));
}

AwsError EndpointAlreadyExists(std::string_view endpoint) {
  return ResourceAlreadyExists(fmt::format("Endpoint {} already exists.", endpoint));
}

AwsError PartnersOnly(std::string_view operation) {
  return {.code = "OperationDisabledException",
          .message = fmt::format("{} is for SaaS partners of AWS, of which there are none here.", operation)};
}

AwsError ConnectionNotFound(std::string_view name) {
  return ResourceNotFound(fmt::format("Failed to describe the connection(s). Connection '{}' does not exist.", name));
}

AwsError ConnectionAlreadyExists(std::string_view name) {
  return ResourceAlreadyExists(fmt::format("Connection {} already exists.", name));
}

AwsError ApiDestinationNotFound(std::string_view name) {
  return ResourceNotFound(
      fmt::format("Failed to describe the api-destination(s). An api-destination '{}' does not exist.", name));
}

AwsError ApiDestinationAlreadyExists(std::string_view name) {
  return ResourceAlreadyExists(fmt::format("An api-destination '{}' already exists.", name));
}

}  // namespace stratolite::events
