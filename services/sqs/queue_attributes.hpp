#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqs/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// What CreateQueue and SetQueueAttributes may set, with AWS's ranges and words.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
namespace stratolite::sqs {

/// Checks attributes as given, for a queue of the given type, and brings them to the form in which AWS returns them. An empty value
/// means "remove". What depends on other queues (does the dead-letter queue exist?) is not looked at.
/// Errors: InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue.
Result<Attributes> CheckAttributes(const Json& given, bool fifo);

/// Lays `changes` over `queue.attributes` and parses the result into the queue's fields.
/// Errors: InvalidAttributeValue for what does not go together (two kinds of encryption, throughput limit against scope).
Result<void> ApplyAttributes(Queue& queue, const Attributes& changes);

/// Fills the parsed fields from `queue.attributes`.
void ParseAttributes(Queue& queue);

/// The value that a client would see, default included; nullopt when GetQueueAttributes leaves it out. Counts are not attributes here.
std::optional<std::string> VisibleAttribute(const Queue& queue, std::string_view name);
/// Names GetQueueAttributes knows, in the order of AWS's documentation, counts included, `All` not.
const std::vector<std::string_view>& AttributeNames();

struct RedriveAllowPolicy {
  enum class Permission { kAllowAll, kDenyAll, kByQueue } permission = Permission::kAllowAll;
  std::vector<std::string> source_arns;
  bool Allows(std::string_view source_arn) const;
};
RedriveAllowPolicy RedriveAllowPolicyOf(const Queue& queue);

}  // namespace stratolite::sqs
