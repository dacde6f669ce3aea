#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pipes/input_template.hpp"
#include "stratolite/base/names.hpp"

namespace stratolite::pipes {

/// One message of a queue on its way through a pipe. Plain data.
struct QueueEvent {
  PipeEvent event;
  std::string receipt_handle;
  /// FIFO queues: what must stay in order. Empty: nothing.
  std::string group;
  std::string trace_header;
};

/// A message as ReceiveMessage returns it, as the record that pipes and functions see.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html
QueueEvent MakeQueueEvent(const Json& message, const Arn& queue);

/// The events that an enrichment answered with: a list of them, or one. Empty: the batch is dropped.
std::vector<PipeEvent> ReadEnriched(std::string_view answer);

}  // namespace stratolite::pipes
