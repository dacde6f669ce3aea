#include "sns/publish_errors.hpp"

#include <fmt/format.h>

#include "sns/errors.hpp"

namespace stratolite::sns {

AwsError EmptyMessage() { return InvalidParameter("Empty message"); }

AwsError MessageTooLong() { return InvalidParameter("Message too long"); }

AwsError InvalidParameterValue(std::string message) {
  return {.code = "InvalidParameterValueException", .message = std::move(message)};
}

AwsError MessageGroupRequired() { return InvalidParameter("The MessageGroupId parameter is required for FIFO topics"); }

AwsError DeduplicationRequired() {
  return InvalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
}

AwsError EndpointDisabled() { return {.code = "EndpointDisabledException", .message = "Endpoint is disabled"}; }

AwsError EmptyBatchRequest() {
  return {.code = "EmptyBatchRequestException", .message = "The batch request doesn't contain any entries."};
}

AwsError TooManyEntriesInBatchRequest() {
  return {.code = "TooManyEntriesInBatchRequestException",
          .message = "The batch request contains more entries than permissible."};
}

AwsError BatchEntryIdsNotDistinct() {
  return {.code = "BatchEntryIdsNotDistinctException",
          .message = "Two or more batch entries in the request have the same Id."};
}

AwsError BatchEntryIdTooLong(std::string_view id) {
  return {.code = "InvalidBatchEntryIdException",
          .message = fmt::format("The Id of a batch entry in the batch request is too long: {}", id)};
}

AwsError BatchEntryIdMisspelled(std::string_view id) {
  return {.code = "InvalidBatchEntryIdException",
          .message =
              fmt::format("The Id of a batch entry in the batch request contains an impermissible character: {}", id)};
}

AwsError BatchRequestTooLong() {
  return {.code = "BatchRequestTooLongException",
          .message = "The length of all the messages put together is more than the limit."};
}

}  // namespace stratolite::sns
