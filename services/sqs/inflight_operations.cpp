#include "sqs/inflight_operations.hpp"

#include <fmt/format.h>

#include "sqs/batches.hpp"
#include "sqs/errors.hpp"
#include "sqs/message_store.hpp"
#include "sqs/queue_access.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::int64_t kMaxVisibilityChange = 43'200;
constexpr Duration kMaxTotalVisibility = std::chrono::hours(12);

Result<Receipt> ReadReceipt(const Call& call, const Queue& queue, const std::string& handle) {
  const std::optional<Receipt> receipt = DecodeReceipt(handle);
  if (!receipt || receipt->queue != queue.id) return ReceiptHandleIsInvalid(handle, call.protocol);
  return *receipt;
}

/// Runs `apply` for each entry of a batch in one transaction; a failed entry changes nothing (every check comes before the first write).
template <typename Apply>
Result<Json> ApplyToEntries(storage::Database& db, const std::vector<const Json*>& entries, Apply apply) {
  return db.Transact([&](storage::Txn& txn) -> Result<Json> {
    BatchOutcome outcome;
    for (const Json* entry : entries) {
      const auto& id = (*entry)["Id"].get_ref<const std::string&>();
      if (const Result<void> applied = apply(txn, *entry); applied.ok()) {
        outcome.Succeed({{"Id", id}});
      } else {
        outcome.Fail(id, applied.error());
      }
    }
    return std::move(outcome).Finish();
  });
}

}  // namespace

Result<void> InflightOperations::Delete(storage::Txn& txn, const Call& call, const Queue& queue, const Json& entry) {
  ASSIGN_OR_RETURN(const std::string handle, RequiredString(entry, "ReceiptHandle"));
  ASSIGN_OR_RETURN(const Receipt receipt, ReadReceipt(call, queue, handle));
  if (!queue.fifo) {
    DeleteReceived(txn, queue.id, receipt.row, receipt.message_id, receipt.receive_count);
    return {};
  }
  const std::optional<Message> message = FindMessage(txn, queue.id, receipt.row, receipt.message_id);
  if (!message) return {};
  if (message->receive_count != receipt.receive_count || message->visible_at <= deps_.clock.Now()) {
    return InvalidParameterValue(handle, "ReceiptHandle", "The receipt handle has expired.");
  }
  sqs::DeleteMessage(txn, queue, *message);
  // The rest of the group may be visible now.
  txn.OnCommit([this, id = queue.id] { waiters_.Notify(id, 1); });
  return {};
}

Result<void> InflightOperations::ChangeVisibility(storage::Txn& txn, const Call& call, const Queue& queue,
                                                  const Json& entry) {
  ASSIGN_OR_RETURN(const std::string handle, RequiredString(entry, "ReceiptHandle"));
  const std::optional<std::int64_t> seconds = Fields(entry).OptionalInt("VisibilityTimeout");
  if (!seconds) return MissingParameter("VisibilityTimeout");
  const std::string value = fmt::format("{}", *seconds);
  if (*seconds < 0 || *seconds > kMaxVisibilityChange) {
    return InvalidParameterValue(value, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.");
  }
  ASSIGN_OR_RETURN(const Receipt receipt, ReadReceipt(call, queue, handle));
  const TimePoint now = deps_.clock.Now();
  const std::optional<Message> message = FindMessage(txn, queue.id, receipt.row, receipt.message_id);
  // On standard queues AWS takes receipts of earlier receives and of expired ones too.
  const bool current = message && message->receive_count == receipt.receive_count && message->visible_at > now;
  if (!message || (queue.fifo && !current)) {
    return InvalidParameterValue(handle, "ReceiptHandle",
                                 "Message does not exist or is not available for visibility timeout change.");
  }
  const TimePoint until = now + std::chrono::seconds(*seconds);
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html: twelve hours from the receive.
  if (message->last_received_at && until > *message->last_received_at + kMaxTotalVisibility) {
    return InvalidParameterValue(value, "VisibilityTimeout",
                                 "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
  }
  SetVisibleAt(txn, queue, *message, until);
  const bool at_once = *seconds == 0;
  txn.OnCommit(
      [this, id = queue.id, at_once, until] { at_once ? waiters_.Notify(id, 1) : waiters_.NotifyAt(id, until); });
  return {};
}

Result<Json> InflightOperations::DeleteMessage(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  RETURN_IF_ERROR(deps_.db.Transact([&](storage::Txn& txn) { return Delete(txn, call, *queue, call.input); }));
  return Json::object();
}

Result<Json> InflightOperations::ChangeMessageVisibility(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  RETURN_IF_ERROR(
      deps_.db.Transact([&](storage::Txn& txn) { return ChangeVisibility(txn, call, *queue, call.input); }));
  return Json::object();
}

Result<Json> InflightOperations::DeleteMessageBatch(const Call& call) {
  constexpr BatchRules kRules{.entry_type = "DeleteMessageBatchRequestEntry"};
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(const std::vector<const Json*> entries, BatchEntries(call.input, kRules));
  return ApplyToEntries(deps_.db, entries,
                        [&](storage::Txn& txn, const Json& entry) { return Delete(txn, call, *queue, entry); });
}

Result<Json> InflightOperations::ChangeMessageVisibilityBatch(const Call& call) {
  constexpr BatchRules kRules{.entry_type = "ChangeMessageVisibilityBatchRequestEntry"};
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(const std::vector<const Json*> entries, BatchEntries(call.input, kRules));
  return ApplyToEntries(deps_.db, entries, [&](storage::Txn& txn, const Json& entry) {
    return ChangeVisibility(txn, call, *queue, entry);
  });
}

}  // namespace stratolite::sqs
