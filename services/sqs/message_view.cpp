#include "sqs/message_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sqs/message_attributes.hpp"

namespace stratolite::sqs {
namespace {

Json SystemAttributesOf(const Message& message, const std::vector<std::string>& wanted) {
  Json attributes = Json::object();
  const bool all = std::find(wanted.begin(), wanted.end(), "All") != wanted.end();
  const auto add = [&](const char* name, std::string value) {
    if (all || std::find(wanted.begin(), wanted.end(), name) != wanted.end()) attributes[name] = std::move(value);
  };
  add("SenderId", message.sender);
  add("SentTimestamp", fmt::format("{}", EpochMillis(message.sent_at)));
  add("ApproximateReceiveCount", fmt::format("{}", message.receive_count));
  if (message.first_received_at) {
    add("ApproximateFirstReceiveTimestamp", fmt::format("{}", EpochMillis(*message.first_received_at)));
  }
  if (message.sequence) add("SequenceNumber", *message.sequence);
  if (message.deduplication_id) add("MessageDeduplicationId", *message.deduplication_id);
  if (message.group_id) add("MessageGroupId", *message.group_id);
  if (!message.trace_header.empty()) add("AWSTraceHeader", message.trace_header);
  if (message.source_arn) add("DeadLetterQueueSourceArn", *message.source_arn);
  return attributes;
}

Json MessageAttributesOf(const Message& message, const std::vector<std::string>& filter) {
  if (filter.empty()) return Json::object();
  Json attributes = RestoreAttributes(message.attributes);
  for (auto entry = attributes.begin(); entry != attributes.end();) {
    entry = MatchesFilter(entry.key(), filter) ? std::next(entry) : attributes.erase(entry);
  }
  return attributes;
}

}  // namespace

Json DescribeMessage(const Message& message, const std::vector<std::string>& system_attributes,
                     const std::vector<std::string>& message_attributes) {
  Json entry = {{"MessageId", message.message_id}, {"MD5OfBody", message.md5}, {"Body", message.body}};
  if (Json system = SystemAttributesOf(message, system_attributes); !system.empty())
    entry["Attributes"] = std::move(system);
  if (Json attributes = MessageAttributesOf(message, message_attributes); !attributes.empty()) {
    // Of what is returned, not of what was sent: that is what SDKs check.
    entry["MD5OfMessageAttributes"] = Md5OfAttributes(attributes);
    entry["MessageAttributes"] = std::move(attributes);
  }
  return entry;
}

}  // namespace stratolite::sqs
