#include "sqs/queue_emptying.hpp"

#include <utility>

#include "sqs/errors.hpp"
#include "sqs/message_store.hpp"
#include "sqs/receipt_handle.hpp"

namespace stratolite::sqs {
namespace {

constexpr wire::Protocol kConsumerProtocol = wire::Protocol::kJson10;

QueueAddress AddressOfSource(const Arn& arn) { return {{AccountId(arn.account), Region(arn.region)}, arn.resource}; }

/// Stands in line as a long poll does, but never ends by itself.
class StandingWaiter final : public Waiter {
 public:
  explicit StandingWaiter(std::function<void()> awake) : awake_(std::move(awake)) {}
  bool Wake() override {
    awake_();
    return true;
  }
  void Expire() override {}

 private:
  const std::function<void()> awake_;
};

class QueueWatch final : public ports::QueueConsumer::Watch {
 public:
  QueueWatch(Waiters& waiters, QueueId queue, std::function<void()> awake)
      : waiters_(waiters), queue_(queue), waiter_(std::make_shared<StandingWaiter>(std::move(awake))) {
    waiters_.Add(queue_, waiter_);
  }
  ~QueueWatch() override { waiters_.Remove(queue_, waiter_.get()); }
  QueueWatch(const QueueWatch&) = delete;
  QueueWatch& operator=(const QueueWatch&) = delete;

 private:
  Waiters& waiters_;
  const QueueId queue_;
  const std::shared_ptr<StandingWaiter> waiter_;
};

}  // namespace

Result<std::unique_ptr<ports::QueueConsumer::Watch>> QueueEmptying::WatchQueue(const Arn& queue,
                                                                               std::function<void()> awake) {
  const QueuePtr found = queues_.Find(AddressOfSource(queue));
  if (found == nullptr) return QueueDoesNotExist(kConsumerProtocol);
  return std::unique_ptr<Watch>(std::make_unique<QueueWatch>(waiters_, found->id, std::move(awake)));
}

Result<Json> QueueEmptying::Receive(const Arn& queue, int most) {
  const QueuePtr found = queues_.Find(AddressOfSource(queue));
  if (found == nullptr) return QueueDoesNotExist(kConsumerProtocol);
  Call call;
  call.operation = "ReceiveMessage";
  call.protocol = kConsumerProtocol;
  ReceiveRequest request;
  request.address = found->address;
  request.queue_id = found->id;
  request.max_messages = most;
  // As a long poll: too many in flight is no error, the next is received when there is room.
  request.wait = std::chrono::seconds(1);
  request.system_attributes = {"All"};
  request.message_attributes = {"All"};
  ASSIGN_OR_RETURN(const ReceiveOperations::Outcome outcome, receiving_.TryReceive(call, request));
  if (outcome.next_visible) waiters_.NotifyAt(found->id, *outcome.next_visible);
  Json answer = receiving_.Answer(request, outcome.messages);
  if (answer.empty()) return Json::array();
  return std::move(answer["Messages"]);
}

std::optional<QueueEmptying::Held> QueueEmptying::FindHeld(storage::Reader& reader, const Arn& queue,
                                                           std::string_view receipt_handle) {
  const std::optional<Receipt> receipt = DecodeReceipt(receipt_handle);
  QueuePtr found = QueueStore::Find(reader, AddressOfSource(queue));
  if (!receipt || found == nullptr || receipt->queue != found->id) return std::nullopt;
  std::optional<Message> message = FindMessage(reader, found->id, receipt->row, receipt->message_id);
  if (!message || message->receive_count != receipt->receive_count) return std::nullopt;
  return Held{std::move(found), *std::move(message)};
}

bool QueueEmptying::Holds(storage::Reader& reader, const Arn& queue, std::string_view receipt_handle) {
  return FindHeld(reader, queue, receipt_handle).has_value();
}

bool QueueEmptying::Delete(storage::Txn& txn, const Arn& queue, std::string_view receipt_handle) {
  const std::optional<Held> held = FindHeld(txn, queue, receipt_handle);
  if (!held) return false;
  DeleteMessage(txn, *held->queue, held->message);
  // The rest of the group may be visible now.
  if (held->queue->fifo) txn.OnCommit([this, id = held->queue->id] { waiters_.Notify(id, 1); });
  return true;
}

}  // namespace stratolite::sqs
