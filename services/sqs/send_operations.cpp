#include "sqs/send_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sqs/batches.hpp"
#include "sqs/errors.hpp"
#include "sqs/message_attributes.hpp"
#include "sqs/message_store.hpp"
#include "sqs/queue_access.hpp"
#include "sqs/retention.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::int64_t kMaxDelaySeconds = 900;
constexpr std::int64_t kMaxBatchBytes = 1'048'576;
constexpr std::size_t kMaxTokenLength = 128;
constexpr std::string_view kNotForThisQueueType =
    "The request include parameter that is not valid for this queue type.";

/// MessageGroupId and MessageDeduplicationId: ASCII letters, digits and punctuation.
Result<std::string> CheckToken(std::string token, std::string_view name) {
  const bool printable = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (token.empty() || token.size() > kMaxTokenLength || !printable) {
    return InvalidParameterValue(
        token, name,
        fmt::format("{} can only include alphanumeric and punctuation characters. 1 to 128 in length.", name));
  }
  return token;
}

std::string SenderOf(const Call& call) {
  return call.caller.user_id.empty() ? call.scope.account.str() : call.caller.user_id;
}

/// X-Ray's header marks the message when the caller set no system attribute of its own.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
std::string TraceHeaderOf(const Call& call, const Json& system_attributes) {
  if (const auto found = system_attributes.find("AWSTraceHeader"); found != system_attributes.end()) {
    return Fields(*found).StringOr("StringValue", "");
  }
  if (call.headers == nullptr) return {};
  return std::string(call.headers->Get("X-Amzn-Trace-Id"));
}

}  // namespace

Result<SendOperations::Draft> SendOperations::MakeDraft(const Call& call, const Queue& queue, const Json& entry,
                                                        const std::string& body_name) {
  const Fields in(entry);
  Draft draft;
  Message& message = draft.message;
  message.body = in.StringOr("MessageBody", "");
  if (message.body.empty()) return MissingParameter(body_name);
  if (!HasOnlyAllowedCharacters(message.body)) return InvalidMessageContents();
  const Json& attributes = in.Object("MessageAttributes");
  const Json& system_attributes = in.Object("MessageSystemAttributes");
  RETURN_IF_ERROR(CheckMessageAttributes(attributes));
  RETURN_IF_ERROR(CheckSystemAttributes(system_attributes));

  const std::optional<std::int64_t> delay = in.OptionalInt("DelaySeconds");
  if (delay && (*delay < 0 || *delay > kMaxDelaySeconds)) {
    return InvalidParameterValue(fmt::format("{}", *delay), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
  }
  if (delay && *delay != 0 && queue.fifo) {
    return InvalidParameterValue(fmt::format("{}", *delay), "DelaySeconds", kNotForThisQueueType);
  }
  RETURN_IF_ERROR(AddFifoMembers(queue, entry, message));
  draft.bytes = static_cast<std::int64_t>(message.body.size()) + SizeOfAttributes(attributes);
  if (draft.bytes > queue.max_message_bytes) return MessageTooLong(queue.max_message_bytes);

  message.md5 = Md5Hex(message.body);
  message.message_id = deps_.random.Uuid();
  message.sender = SenderOf(call);
  message.attributes = StoreAttributes(attributes);
  message.trace_header = TraceHeaderOf(call, system_attributes);
  message.sent_at = deps_.clock.Now();
  message.visible_at = message.sent_at + (delay && !queue.fifo ? Duration(std::chrono::seconds(*delay)) : queue.delay);

  draft.answer = {{"MD5OfMessageBody", message.md5}, {"MessageId", message.message_id}};
  if (!attributes.empty()) draft.answer["MD5OfMessageAttributes"] = Md5OfAttributes(attributes);
  if (!system_attributes.empty()) draft.answer["MD5OfMessageSystemAttributes"] = Md5OfAttributes(system_attributes);
  return draft;
}

Result<void> SendOperations::AddFifoMembers(const Queue& queue, const Json& entry, Message& message) {
  const Fields in(entry);
  std::optional<std::string> group = in.OptionalString("MessageGroupId");
  std::optional<std::string> deduplication = in.OptionalString("MessageDeduplicationId");
  if (queue.fifo && !group) return MissingParameter("MessageGroupId");
  if (group) {
    // On standard queues it marks the tenant of a fair queue.
    ASSIGN_OR_RETURN(message.group_id, CheckToken(*std::move(group), "MessageGroupId"));
  }
  if (deduplication) {
    ASSIGN_OR_RETURN(message.deduplication_id, CheckToken(*std::move(deduplication), "MessageDeduplicationId"));
    if (!queue.fifo)
      return InvalidParameterValue(*message.deduplication_id, "MessageDeduplicationId", kNotForThisQueueType);
  } else if (queue.fifo) {
    if (!queue.content_based_deduplication) {
      return InvalidParameter(
          "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
          "explicitly");
    }
    message.deduplication_id = Sha256Hex(message.body);
  }
  return {};
}

bool SendOperations::Store(storage::Txn& txn, const Queue& queue, Draft& draft) {
  Message& message = draft.message;
  if (!queue.fifo) {
    if (!QueueStore::Exists(txn, queue.id)) return false;
    InsertMessage(txn, queue.id, message);
    return true;
  }
  const std::string scope = queue.deduplicates_per_group ? *message.group_id : std::string();
  const std::optional<std::string> known =
      Recall(txn, queue.id, Remembered::kDeduplication, scope, *message.deduplication_id, message.sent_at);
  if (known) {
    const Json original = Json::parse(*known);
    draft.answer["MessageId"] = original["MessageId"];
    draft.answer["SequenceNumber"] = original["SequenceNumber"];
    return true;
  }
  const std::int64_t ordinal = QueueStore::NextSequence(txn, queue.id);
  if (ordinal == 0) return false;
  message.sequence = SequenceNumber(ordinal);
  draft.answer["SequenceNumber"] = *message.sequence;
  const Json outcome = {{"MessageId", message.message_id}, {"SequenceNumber", *message.sequence}};
  Remember(txn, queue.id, Remembered::kDeduplication, scope, *message.deduplication_id, outcome.dump(),
           message.sent_at);
  InsertMessage(txn, queue.id, message);
  return true;
}

Result<Json> SendOperations::SendMessage(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(Draft draft, MakeDraft(call, *queue, call.input, "MessageBody"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!Store(txn, *queue, draft)) return QueueDoesNotExist(call.protocol);
    Follow(txn, *queue, draft.message);
    return std::move(draft.answer);
  });
}

void SendOperations::Follow(storage::Txn& txn, const Queue& queue, const Message& message) {
  retention_.Watch(txn, queue);
  const bool now = message.visible_at <= message.sent_at;
  txn.OnCommit([this, id = queue.id, visible_at = message.visible_at, now] {
    now ? waiters_.Notify(id, 1) : waiters_.NotifyAt(id, visible_at);
  });
}

bool SendOperations::Accept(storage::Txn& txn, const Queue& queue, Message message) {
  Draft draft;
  draft.message = std::move(message);
  if (!Store(txn, queue, draft)) return false;
  Follow(txn, queue, draft.message);
  return true;
}

Result<Json> SendOperations::SendMessageBatch(const Call& call) {
  constexpr BatchRules kRules{.entry_type = "SendMessageBatchRequestEntry", .detail_when_too_many = true};
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(const std::vector<const Json*> entries, BatchEntries(call.input, kRules));
  std::int64_t total = 0;
  for (const Json* entry : entries) {
    const Fields in(*entry);
    total += static_cast<std::int64_t>(in.StringOr("MessageBody", "").size()) +
             SizeOfAttributes(in.Object("MessageAttributes"));
  }
  if (total > kMaxBatchBytes) return BatchRequestTooLong(kMaxBatchBytes, total);

  BatchOutcome outcome;
  std::vector<std::pair<std::string, Draft>> drafts;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto id = (*entries[i])["Id"].get<std::string>();
    Result<Draft> draft =
        MakeDraft(call, *queue, *entries[i], fmt::format("{}.{}.MessageBody", kRules.entry_type, i + 1));
    // AWS refuses a batch for a FIFO queue as a whole: a gap would break the order.
    if (!draft.ok() && queue->fifo) return std::move(draft).error();
    if (!draft.ok()) {
      outcome.Fail(id, draft.error());
    } else {
      drafts.emplace_back(id, *std::move(draft));
    }
  }
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    std::size_t visible = 0;
    std::optional<TimePoint> next;
    for (auto& [id, draft] : drafts) {
      if (!Store(txn, *queue, draft)) return QueueDoesNotExist(call.protocol);
      const TimePoint visible_at = draft.message.visible_at;
      if (visible_at <= draft.message.sent_at) {
        ++visible;
      } else {
        next = std::min(next.value_or(visible_at), visible_at);
      }
      draft.answer["Id"] = id;
      outcome.Succeed(std::move(draft.answer));
    }
    if (!drafts.empty()) retention_.Watch(txn, *queue);
    txn.OnCommit([this, id = queue->id, visible, next] {
      if (visible != 0) waiters_.Notify(id, visible);
      if (next) waiters_.NotifyAt(id, *next);
    });
    return std::move(outcome).Finish();
  });
}

}  // namespace stratolite::sqs
