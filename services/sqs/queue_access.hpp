#pragma once

#include <string>
#include <string_view>

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "stratolite/service/service.hpp"

/// What nearly every handler does first.
namespace stratolite::sqs {

/// A required, non-empty string member. MissingParameter in SQS's words.
Result<std::string> RequiredString(const Json& input, const char* name);

/// The queue that the call's QueueUrl names. QueueDoesNotExist, MissingParameter, InvalidAddress.
Result<QueuePtr> FindQueue(QueueStore& queues, const Call& call);

}  // namespace stratolite::sqs
