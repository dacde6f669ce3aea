#include "sqs/errors.hpp"

#include <fmt/format.h>

namespace stratolite::sqs {
namespace {

constexpr std::string_view kPrefix = "AWS.SimpleQueueService.";
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;

AwsError Make(std::string_view code, std::string message, std::string query_code, int status = 400) {
  return {.code = std::string(code),
          .message = std::move(message),
          .http_status = status,
          .query_code = std::move(query_code),
          .query_detail = true};
}

/// Errors whose Query code is the shape's name behind a prefix.
AwsError MakePrefixed(std::string_view code, std::string message, int status = 400) {
  return Make(code, std::move(message), fmt::format("{}{}", kPrefix, code), status);
}

AwsError MakePlain(std::string_view code, std::string message, int status = 400) {
  return Make(code, std::move(message), std::string(code), status);
}

/// Errors that the Smithy model of the JSON protocol gives no status of their own.
int NotFoundInQuery(wire::Protocol protocol) { return protocol == wire::Protocol::kQuery ? kNotFound : 400; }

}  // namespace

AwsError QueueDoesNotExist(wire::Protocol protocol) {
  const bool query = protocol == wire::Protocol::kQuery;
  return Make(
      "QueueDoesNotExist",
      query ? "The specified queue does not exist for this wsdl version." : "The specified queue does not exist.",
      fmt::format("{}NonExistentQueue", kPrefix));
}

AwsError QueueNameExists(std::string_view attribute) {
  return Make(
      "QueueNameExists",
      fmt::format("A queue already exists with the same name and a different value for attribute {}", attribute),
      "QueueAlreadyExists");
}

AwsError QueueDeletedRecently() {
  return MakePrefixed(
      "QueueDeletedRecently",
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.");
}

AwsError PurgeQueueInProgress(std::string_view queue) {
  return MakePrefixed("PurgeQueueInProgress",
                      fmt::format("Only one PurgeQueue operation on {} is allowed every 60 seconds.", queue),
                      kForbidden);
}

AwsError InvalidAddress(std::string_view url, wire::Protocol protocol) {
  return MakePlain("InvalidAddress", fmt::format("The address {} is not valid for this endpoint.", url),
                   NotFoundInQuery(protocol));
}

AwsError InvalidAttributeName(std::string_view name) {
  return MakePlain("InvalidAttributeName", fmt::format("Unknown Attribute {}.", name));
}

AwsError InvalidAttributeValue(std::string_view name, std::string_view reason) {
  std::string message = fmt::format("Invalid value for the parameter {}.", name);
  if (!reason.empty()) message.append(" Reason: ").append(reason);
  return MakePlain("InvalidAttributeValue", std::move(message));
}

AwsError ConflictingEncryption() {
  return MakePlain(
      "InvalidAttributeValue",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.");
}

AwsError MissingParameter(std::string_view name) {
  return Make("MissingRequiredParameterException", fmt::format("The request must contain the parameter {}.", name),
              "MissingParameter");
}

AwsError InvalidParameter(std::string message) {
  return Make("InvalidParameterValueException", std::move(message), "InvalidParameterValue");
}

AwsError InvalidParameterValue(std::string_view value, std::string_view name, std::string_view reason) {
  return InvalidParameter(fmt::format("Value {} for parameter {} is invalid. Reason: {}", value, name, reason));
}

AwsError InvalidMessageContents() {
  return MakePlain(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to "
      "#xFFFD | #x10000 to #x10FFFF");
}

AwsError MessageTooLong(std::int64_t limit) {
  return InvalidParameter(
      fmt::format("One or more parameters are invalid. Reason: Message must be shorter than {} bytes.", limit));
}

AwsError ReceiptHandleIsInvalid(std::string_view handle, wire::Protocol protocol) {
  return MakePlain("ReceiptHandleIsInvalid",
                   fmt::format("The input receipt handle \"{}\" is not a valid receipt handle.", handle),
                   NotFoundInQuery(protocol));
}

AwsError MessageNotInflight() { return MakePrefixed("MessageNotInflight", "The specified message isn't in flight."); }

AwsError TooManyInFlight(std::string_view queue) {
  return MakePlain("OverLimit", fmt::format("Too many messages in flight in queue {}.", queue), kForbidden);
}

AwsError TooManyActions(std::size_t actions) {
  return MakePlain("OverLimit", fmt::format("{} Actions were found, maximum allowed is 7.", actions), kForbidden);
}

AwsError UnsupportedOperation(std::string message) { return MakePrefixed("UnsupportedOperation", std::move(message)); }

AwsError ResourceNotFound(std::string message) {
  return MakePlain("ResourceNotFoundException", std::move(message), kNotFound);
}

AwsError EmptyBatchRequest(std::string_view entry_type) {
  return MakePrefixed("EmptyBatchRequest", fmt::format("There should be at least one {} in the request.", entry_type));
}

AwsError TooManyEntriesInBatchRequest(std::size_t entries, bool detail) {
  AwsError error =
      MakePrefixed("TooManyEntriesInBatchRequest",
                   fmt::format("Maximum number of entries per request are 10. You have sent {}.", entries));
  error.query_detail = detail;
  return error;
}

AwsError BatchEntryIdsNotDistinct(std::string_view id) {
  return MakePrefixed("BatchEntryIdsNotDistinct", fmt::format("Id {} repeated.", id));
}

AwsError InvalidBatchEntryId() {
  return MakePrefixed(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 "
      "letters long.");
}

AwsError BatchRequestTooLong(std::int64_t limit, std::int64_t bytes) {
  return MakePrefixed(
      "BatchRequestTooLong",
      fmt::format("Batch requests cannot be longer than {} bytes. You have sent {} bytes.", limit, bytes));
}

}  // namespace stratolite::sqs
