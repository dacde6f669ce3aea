#include "sqs/delivery_target.hpp"

#include "sqs/errors.hpp"
#include "sqs/message_attributes.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"

namespace stratolite::sqs {
namespace {

constexpr wire::Protocol kUnseenProtocol = wire::Protocol::kJson10;

QueueAddress AddressOf(const Arn& arn) { return {{AccountId(arn.account), Region(arn.region)}, arn.resource}; }

/// SenderId of what AWS's own services send: the unique id of a user of theirs.
std::string ServiceSender(std::string_view service) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const Sha256Digest digest = Sha256(service);
  std::string id = "AIDA";
  for (std::size_t i = 0; i < 17; ++i) id += kAlphabet[digest[i] & 31];
  return id;
}

}  // namespace

Result<void> QueueDeliveryTarget::CheckTarget(const Arn& target) {
  if (queues_.Find(AddressOf(target)) == nullptr) return QueueDoesNotExist(kUnseenProtocol);
  return {};
}

std::string QueueDeliveryTarget::PolicyOf(storage::Txn& txn, const Arn& target) {
  const QueuePtr queue = QueueStore::Find(txn, AddressOf(target));
  if (queue == nullptr) return {};
  const auto policy = queue->attributes.find("Policy");
  return policy == queue->attributes.end() ? std::string() : policy->second;
}

Result<void> QueueDeliveryTarget::Deliver(storage::Txn& txn, const Delivery& delivery) {
  const QueuePtr queue = QueueStore::Find(txn, AddressOf(delivery.target));
  if (queue == nullptr) return QueueDoesNotExist(kUnseenProtocol);
  Message message;
  message.body = delivery.body;
  if (!HasOnlyAllowedCharacters(message.body)) return InvalidMessageContents();
  std::int64_t bytes = static_cast<std::int64_t>(message.body.size());
  if (delivery.attributes.is_object() && !delivery.attributes.empty()) {
    message.attributes = delivery.attributes.dump();
    const Json attributes = RestoreAttributes(message.attributes);
    if (Result<void> checked = CheckMessageAttributes(attributes); !checked.ok()) return checked;
    bytes += SizeOfAttributes(attributes);
  }
  if (bytes > queue->max_message_bytes) return MessageTooLong(queue->max_message_bytes);
  if (!delivery.group_id.empty()) message.group_id = delivery.group_id;
  if (queue->fifo) {
    if (!message.group_id) return MissingParameter("MessageGroupId");
    if (delivery.deduplication_id.empty() && !queue->content_based_deduplication)
      return MissingParameter("MessageDeduplicationId");
    message.deduplication_id = delivery.deduplication_id.empty() ? Sha256Hex(message.body) : delivery.deduplication_id;
  }
  message.md5 = Md5Hex(message.body);
  message.message_id = deps_.random.Uuid();
  message.sender = ServiceSender(delivery.source_service);
  message.trace_header = delivery.trace_header;
  message.sent_at = deps_.clock.Now();
  message.visible_at = message.sent_at + queue->delay;
  if (!sending_.Accept(txn, *queue, std::move(message))) return QueueDoesNotExist(kUnseenProtocol);
  return {};
}

}  // namespace stratolite::sqs
