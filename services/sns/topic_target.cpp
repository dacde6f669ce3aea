#include "sns/topic_target.hpp"

#include <utility>

#include "sns/errors.hpp"
#include "sns/message_input.hpp"
#include "sns/publish_errors.hpp"
#include "sns/topic_attributes.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

/// The delivery as Publish would have been called, but for attributes: they are as they are kept already.
Json EntryOf(const Delivery& delivery) {
  Json entry = {{"Message", delivery.body}};
  if (delivery.parameters.is_object() && delivery.parameters.contains("Subject"))
    entry["Subject"] = delivery.parameters["Subject"];
  if (!delivery.group_id.empty()) entry["MessageGroupId"] = delivery.group_id;
  if (!delivery.deduplication_id.empty()) entry["MessageDeduplicationId"] = delivery.deduplication_id;
  return entry;
}

std::size_t SizeOfKept(const Json& attributes) {
  if (!attributes.is_object()) return 0;
  std::size_t size = 0;
  for (const auto& [name, attribute] : attributes.items()) {
    size += name.size();
    for (const auto& [member, value] : attribute.items()) size += value.get_ref<const std::string&>().size();
  }
  return size;
}

}  // namespace

Result<void> TopicTarget::CheckTarget(const Arn& target) {
  const TopicPtr topic = topics_.Find(target.ToString());
  if (topic == nullptr) return TopicNotFound();
  return {};
}

std::string TopicTarget::PolicyOf(storage::Txn& txn, const Arn& target) {
  const TopicPtr topic = topics_.Find(txn, target.ToString());
  return topic == nullptr ? std::string() : PolicyOfTopic(*topic);
}

Result<void> TopicTarget::Deliver(storage::Txn& txn, const Delivery& delivery) {
  const std::string arn = delivery.target.ToString();
  const TopicPtr topic = topics_.Find(txn, arn);
  if (topic == nullptr) return TopicNotFound();
  const Json entry = EntryOf(delivery);
  ASSIGN_OR_RETURN(Message message, ReadMessage(entry));
  RETURN_IF_ERROR(ReadFifoMembers(*topic, entry, message));
  message.attributes = delivery.attributes;
  if (std::cmp_greater(delivery.body.size() + SizeOfKept(delivery.attributes), topic->max_message_bytes))
    return MessageTooLong();
  message.topic_arn = arn;
  message.message_id = deps_.random.Uuid();
  message.published_at = deps_.clock.Now();
  message.endpoint = endpoint_.Last();
  message.trace_header = delivery.trace_header;
  const Result<Published> published = fan_out_.Accept(txn, arn, nullptr, message);
  if (!published.ok()) return published.error();
  return {};
}

}  // namespace stratolite::sns
