#include "sqs/receive_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sqs/errors.hpp"
#include "sqs/long_poll.hpp"
#include "sqs/message_store.hpp"
#include "sqs/message_view.hpp"
#include "sqs/queue_access.hpp"
#include "sqs/queue_url.hpp"
#include "sqs/receipt_handle.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sqs {
namespace {

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html: standard and FIFO alike.
constexpr std::int64_t kMaxInFlight = 120'000;
constexpr std::int64_t kMaxMessages = 10;
constexpr std::int64_t kMaxWaitSeconds = 20;
constexpr std::int64_t kMaxVisibilitySeconds = 43'200;

constexpr std::array<std::string_view, 10> kSystemAttributes = {"All",
                                                                "SenderId",
                                                                "SentTimestamp",
                                                                "ApproximateReceiveCount",
                                                                "ApproximateFirstReceiveTimestamp",
                                                                "SequenceNumber",
                                                                "MessageDeduplicationId",
                                                                "MessageGroupId",
                                                                "AWSTraceHeader",
                                                                "DeadLetterQueueSourceArn"};

Result<std::optional<std::int64_t>> InRange(const Json& input, const char* name, std::int64_t min, std::int64_t max,
                                            std::string_view reason) {
  const std::optional<std::int64_t> value = Fields(input).OptionalInt(name);
  if (value && (*value < min || *value > max)) return InvalidParameterValue(fmt::format("{}", *value), name, reason);
  return value;
}

/// AttributeNames is the older name of MessageSystemAttributeNames. JSON unites them, Query lets the newer one win.
Result<std::vector<std::string>> SystemAttributeNames(const Call& call) {
  const Fields in(call.input);
  std::vector<std::string> names = in.Strings("MessageSystemAttributeNames");
  if (names.empty() || call.protocol != wire::Protocol::kQuery) {
    for (std::string& name : in.Strings("AttributeNames")) names.push_back(std::move(name));
  }
  for (const std::string& name : names) {
    if (std::find(kSystemAttributes.begin(), kSystemAttributes.end(), name) == kSystemAttributes.end()) {
      return InvalidAttributeName(name);
    }
  }
  return names;
}

}  // namespace

int InFlightQuota::Allow(storage::Reader& reader, QueueId queue, int wanted, TimePoint now) {
  {
    const std::scoped_lock lock(mutex_);
    const auto bound = bounds_.find(queue);
    if (bound != bounds_.end() && bound->second + wanted <= kMaxInFlight) return wanted;
  }
  const std::int64_t in_flight = CountInFlight(reader, queue, now);
  const std::scoped_lock lock(mutex_);
  bounds_[queue] = in_flight;
  return static_cast<int>(std::clamp<std::int64_t>(kMaxInFlight - in_flight, 0, wanted));
}

void InFlightQuota::Add(QueueId queue, std::size_t taken) {
  const std::scoped_lock lock(mutex_);
  bounds_[queue] += static_cast<std::int64_t>(taken);
}

void InFlightQuota::Clear() {
  const std::scoped_lock lock(mutex_);
  bounds_.clear();
}

Result<ReceiveRequest> ReceiveOperations::ParseRequest(const Call& call) {
  ASSIGN_OR_RETURN(const QueuePtr queue, FindQueue(queues_, call));
  ASSIGN_OR_RETURN(const auto max, InRange(call.input, "MaxNumberOfMessages", 1, kMaxMessages,
                                           "Must be between 1 and 10, if provided."));
  ASSIGN_OR_RETURN(const auto visibility, InRange(call.input, "VisibilityTimeout", 0, kMaxVisibilitySeconds,
                                                  "Must be >= 0 and <= 43200, if provided."));
  ASSIGN_OR_RETURN(const auto wait,
                   InRange(call.input, "WaitTimeSeconds", 0, kMaxWaitSeconds, "Must be >= 0 and <= 20, if provided."));
  ReceiveRequest request;
  ASSIGN_OR_RETURN(request.system_attributes, SystemAttributeNames(call));
  request.message_attributes = Fields(call.input).Strings("MessageAttributeNames");
  request.address = queue->address;
  request.queue_id = queue->id;
  request.max_messages = static_cast<int>(max.value_or(1));
  if (visibility) request.visibility = std::chrono::seconds(*visibility);
  request.wait = wait ? Duration(std::chrono::seconds(*wait)) : queue->wait;
  if (queue->fifo) request.attempt = Fields(call.input).OptionalString("ReceiveRequestAttemptId");
  return request;
}

void ReceiveOperations::ReceiveMessage(std::shared_ptr<const Call> call, Completion done) {
  Result<ReceiveRequest> request = ParseRequest(*call);
  if (!request.ok()) return done(std::move(request).error());
  if (request->wait > Duration(0)) {
    std::make_shared<LongPoll>(deps_, *this, waiters_, *std::move(request), std::move(call), std::move(done))->Start();
    return;
  }
  Result<Outcome> outcome = TryReceive(*call, *request);
  if (!outcome.ok()) return done(std::move(outcome).error());
  done(Answer(*request, outcome->messages));
}

Result<ReceiveOperations::Outcome> ReceiveOperations::TryReceive(const Call& call, const ReceiveRequest& request) {
  const QueuePtr queue = queues_.Find(request.address);
  if (!queue || queue->id != request.queue_id) return QueueDoesNotExist(call.protocol);
  QueuePtr dead_letter_queue;
  if (queue->redrive) {
    if (const auto address = ParseQueueArn(queue->redrive->dead_letter_arn)) dead_letter_queue = queues_.Find(*address);
  }
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Outcome> {
    if (call.cancellation.cancelled()) return Outcome{};
    return Take(txn, call, request, *queue, dead_letter_queue.get());
  });
}

Result<ReceiveOperations::Outcome> ReceiveOperations::Take(storage::Txn& txn, const Call& call,
                                                           const ReceiveRequest& request, const Queue& queue,
                                                           const Queue* dead_letter_queue) {
  const TimePoint now = deps_.clock.Now();
  const Duration visibility = request.visibility.value_or(queue.visibility);
  Outcome outcome;
  if (request.attempt) {
    const auto earlier = Recall(txn, queue.id, Remembered::kReceiveAttempt, "", *request.attempt, now);
    for (const Json& entry : earlier ? Json::parse(*earlier) : Json::array()) {
      auto message = RepeatReceive(txn, queue, entry[0].get<std::int64_t>(), entry[1].get<int>(), now + visibility);
      if (message) outcome.messages.push_back(*std::move(message));
    }
    if (!outcome.messages.empty()) return outcome;
  }
  const int allowed = quota_.Allow(txn, queue.id, request.max_messages, now);
  if (allowed == 0) {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html: an error for short
    // polls of standard queues only.
    if (!queue.fifo && request.wait == Duration(0)) return TooManyInFlight(queue.address.name);
    outcome.next_visible = NextVisibleAt(txn, queue, now);
    return outcome;
  }
  Received received = ReceiveMessages(txn, queue, dead_letter_queue, {allowed, visibility, now});
  outcome.messages = std::move(received.messages);
  if (outcome.messages.empty()) {
    if (!QueueStore::Exists(txn, queue.id)) return QueueDoesNotExist(call.protocol);
    outcome.next_visible = NextVisibleAt(txn, queue, now);
  } else if (request.attempt) {
    Json taken = Json::array();
    for (const Message& message : outcome.messages) taken.push_back({message.row, message.receive_count});
    Remember(txn, queue.id, Remembered::kReceiveAttempt, "", *request.attempt, taken.dump(), now);
  }
  quota_.Add(queue.id, outcome.messages.size());
  txn.OnCommit([this, id = queue.id, taken = outcome.messages.size(), until = now + visibility,
                dead = received.dead_letters, dead_id = dead_letter_queue != nullptr ? dead_letter_queue->id : 0] {
    if (dead != 0) waiters_.Notify(dead_id, dead);
    if (taken != 0) waiters_.NotifyAt(id, until);
  });
  return outcome;
}

Json ReceiveOperations::Answer(const ReceiveRequest& request, const std::vector<Message>& messages) const {
  Json list = Json::array();
  for (const Message& message : messages) {
    Json entry = DescribeMessage(message, request.system_attributes, request.message_attributes);
    entry["ReceiptHandle"] = EncodeReceipt({request.queue_id, message.row, message.message_id, message.receive_count});
    list.push_back(std::move(entry));
  }
  if (list.empty()) return Json::object();
  return {{"Messages", std::move(list)}};
}

}  // namespace stratolite::sqs
