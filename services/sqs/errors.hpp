#pragma once

#include <cstdint>
#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/wire/model.hpp"

/// Every error that SQS answers, each text once. The codes are the JSON protocol's shape names; `query_code` is what the
/// Query protocol and `x-amzn-query-error` say.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
namespace stratolite::sqs {

/// The two protocols word this differently, and give some errors different HTTP statuses.
AwsError QueueDoesNotExist(wire::Protocol protocol);
AwsError QueueNameExists(std::string_view attribute);
AwsError QueueDeletedRecently();
AwsError PurgeQueueInProgress(std::string_view queue);
AwsError InvalidAddress(std::string_view url, wire::Protocol protocol);
AwsError InvalidAttributeName(std::string_view name);
/// `reason` may be empty.
AwsError InvalidAttributeValue(std::string_view name, std::string_view reason = {});
AwsError ConflictingEncryption();
AwsError MissingParameter(std::string_view name);
/// A whole sentence of AWS's.
AwsError InvalidParameter(std::string message);
/// `Value <value> for parameter <name> is invalid. Reason: <reason>`
AwsError InvalidParameterValue(std::string_view value, std::string_view name, std::string_view reason);
AwsError InvalidMessageContents();
AwsError MessageTooLong(std::int64_t limit);
AwsError ReceiptHandleIsInvalid(std::string_view handle, wire::Protocol protocol);
AwsError MessageNotInflight();
AwsError TooManyInFlight(std::string_view queue);
AwsError TooManyActions(std::size_t actions);
AwsError UnsupportedOperation(std::string message);
AwsError ResourceNotFound(std::string message);

AwsError EmptyBatchRequest(std::string_view entry_type);
/// `detail`: AWS's Query answer carries an empty `<Detail/>` for some operations only.
AwsError TooManyEntriesInBatchRequest(std::size_t entries, bool detail);
AwsError BatchEntryIdsNotDistinct(std::string_view id);
AwsError InvalidBatchEntryId();
AwsError BatchRequestTooLong(std::int64_t limit, std::int64_t bytes);

}  // namespace stratolite::sqs
