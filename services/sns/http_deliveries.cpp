#include "sns/http_deliveries.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "sns/delivery_policy.hpp"
#include "sns/http_delivery_store.hpp"
#include "sns/retry_schedule.hpp"
#include "sns/topic_store.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/ports/http_client.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

constexpr std::string_view kHttpDeliveryKind = "sns.http_delivery";
constexpr std::string_view kNotificationType = "Notification";
constexpr std::string_view kConfirmationContentType = "text/plain; charset=UTF-8";
/// A try that was begun is begun again after this, if nothing was heard of it: the process was killed.
constexpr Duration kTryDeadline = std::chrono::seconds(60);
/// https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html: an endpoint has fifteen seconds.
constexpr Duration kEndpointTimeout = std::chrono::seconds(15);
constexpr std::size_t kMaxEndpointAnswer = 64 << 10;
/// The client takes only so many, and each is held in memory while it is there.
constexpr std::size_t kMaxTriesAtOnce = 1000;

ports::HttpClient::Request RequestFor(const HttpDelivery& delivery, const RetrySchedule& schedule) {
  const bool notification = delivery.type == kNotificationType;
  ports::HttpClient::Request request;
  request.url = delivery.url;
  request.headers = {
      {"x-amz-sns-message-type", delivery.type},
      {"x-amz-sns-message-id", delivery.message_id},
      {"x-amz-sns-topic-arn", delivery.topic_arn},
  };
  // https://docs.aws.amazon.com/sns/latest/dg/http-header.html: not with a confirmation, for there is no subscription yet.
  if (delivery.type != "SubscriptionConfirmation")
    request.headers.emplace_back("x-amz-sns-subscription-arn", delivery.subscription_arn);
  if (delivery.raw) request.headers.emplace_back("x-amz-sns-rawdelivery", "true");
  request.headers.emplace_back("Content-Type",
                               notification ? schedule.content_type : std::string(kConfirmationContentType));
  request.headers.emplace_back("User-Agent", "Amazon Simple Notification Service Agent");
  request.headers.emplace_back("Accept-Encoding", "gzip,deflate");
  request.body = delivery.body;
  request.timeout = kEndpointTimeout;
  request.max_answer_bytes = kMaxEndpointAnswer;
  request.cut_answer = true;
  return request;
}

enum class Verdict { kDelivered, kAgain, kNever };

/// Client-side errors are final, but for throttling
/// (https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html, …/sns-troubleshooting.html).
Verdict Judge(const Result<ports::HttpClient::Answer>& outcome) {
  if (!outcome.ok()) return outcome.error().code == "Refused" ? Verdict::kNever : Verdict::kAgain;
  const int status = outcome->status;
  if (status >= 200 && status < 300) return Verdict::kDelivered;
  return status == 429 || status >= 500 || status < 200 ? Verdict::kAgain : Verdict::kNever;
}

std::string Describe(const Result<ports::HttpClient::Answer>& outcome) {
  return outcome.ok() ? fmt::format("the endpoint answers {}", outcome->status) : outcome.error().message;
}

}  // namespace

struct HttpDeliveries::State : std::enable_shared_from_this<HttpDeliveries::State> {
  explicit State(const ServiceDeps& given) : deps(given) {}

  void Insert(storage::Txn& txn, HttpDelivery delivery);
  void OnDue(const runtime::DueTask& task);
  /// nullopt: now.
  std::optional<TimePoint> ThrottledUntil(const HttpDelivery& delivery, const RetrySchedule& schedule);
  bool IsWanted(const HttpDelivery& delivery);
  /// False: it is on its way already. Land before its next try can be due.
  bool TakeOff(std::int64_t id);
  void Land(std::int64_t id);
  /// Whether it may be tried now; else it is when another try has ended.
  bool HasRoom(std::int64_t id);
  void EndTry();
  void Try(const HttpDelivery& delivery, const RetrySchedule& schedule);
  void Tried(const HttpDelivery& delivery, const RetrySchedule& schedule,
             const Result<ports::HttpClient::Answer>& outcome);
  /// To the dead-letter queue, or lost.
  void GiveUp(storage::Txn& txn, const HttpDelivery& delivery, std::string why);
  void Postpone(std::int64_t id, TimePoint until);
  void Drop(std::int64_t id);

  const ServiceDeps deps;
  std::mutex mutex;
  // Guarded by mutex:
  std::set<std::int64_t> in_flight;
  std::size_t tries = 0;
  std::deque<std::int64_t> waiting_for_room;
  /// When the next message may go to a subscription that is throttled, and the deliveries that have such a turn.
  std::map<std::string, TimePoint> next_turns;
  std::set<std::int64_t> waiting_turns;
};

void HttpDeliveries::State::Insert(storage::Txn& txn, HttpDelivery delivery) {
  http_delivery_store::Insert(txn, delivery);
  deps.scheduler.Schedule(txn, kHttpDeliveryKind, {std::to_string(delivery.id), deps.clock.Now(), {}});
}

void HttpDeliveries::State::Postpone(std::int64_t id, TimePoint until) {
  deps.db.Transact(
      [&](storage::Txn& txn) { deps.scheduler.Schedule(txn, kHttpDeliveryKind, {std::to_string(id), until, {}}); });
}

void HttpDeliveries::State::Drop(std::int64_t id) {
  deps.db.Transact([&](storage::Txn& txn) {
    http_delivery_store::Delete(txn, id);
    deps.scheduler.Cancel(txn, kHttpDeliveryKind, std::to_string(id));
  });
}

std::optional<TimePoint> HttpDeliveries::State::ThrottledUntil(const HttpDelivery& delivery,
                                                               const RetrySchedule& schedule) {
  if (schedule.max_per_second <= 0 || delivery.type != kNotificationType) return std::nullopt;
  const TimePoint now = deps.clock.Now();
  const std::scoped_lock lock(mutex);
  if (waiting_turns.erase(delivery.id) > 0) return std::nullopt;
  TimePoint& next = next_turns[delivery.subscription_arn];
  const TimePoint turn = std::max(now, next);
  next = turn + Duration(std::chrono::seconds(1)) / schedule.max_per_second;
  if (turn == now) return std::nullopt;
  waiting_turns.insert(delivery.id);
  return turn;
}

bool HttpDeliveries::State::IsWanted(const HttpDelivery& delivery) {
  if (delivery.type == "UnsubscribeConfirmation") return true;
  return deps.db.Read([&](storage::Reader& reader) {
    return TopicStore::FindSubscription(reader, delivery.subscription_arn) != nullptr;
  });
}

void HttpDeliveries::State::OnDue(const runtime::DueTask& task) {
  const std::optional<std::int64_t> id = ParseWholeNumber<std::int64_t>(task.key);
  if (!id) return;
  const std::optional<HttpDelivery> delivery =
      deps.db.Read([&](storage::Reader& reader) { return http_delivery_store::Find(reader, *id); });
  if (!delivery) return;
  // Unsubscribed since.
  if (!IsWanted(*delivery)) return Drop(*id);
  const RetrySchedule schedule = RetrySchedule::Parse(delivery->policy);
  Postpone(*id, deps.clock.Now() + kTryDeadline);
  // The clock may be faster than the endpoint.
  if (!TakeOff(*id)) return;
  if (const auto turn = ThrottledUntil(*delivery, schedule)) {
    Land(*id);
    return Postpone(*id, *turn);
  }
  if (HasRoom(*id)) Try(*delivery, schedule);
}

bool HttpDeliveries::State::HasRoom(std::int64_t id) {
  const std::scoped_lock lock(mutex);
  if (tries < kMaxTriesAtOnce) return ++tries, true;
  waiting_for_room.push_back(id);
  return false;
}

void HttpDeliveries::State::EndTry() {
  for (;;) {
    std::int64_t next = 0;
    {
      const std::scoped_lock lock(mutex);
      if (waiting_for_room.empty()) {
        --tries;
        return;
      }
      next = waiting_for_room.front();
      waiting_for_room.pop_front();
    }
    std::optional<HttpDelivery> delivery;
    try {
      delivery = deps.db.Read([&](storage::Reader& reader) { return http_delivery_store::Find(reader, next); });
    } catch (const storage::StorageError& error) {
      spdlog::error("a message for an endpoint is tried again later: {}", error.what());
    }
    if (delivery) return Try(*delivery, RetrySchedule::Parse(delivery->policy));
    Land(next);
  }
}

bool HttpDeliveries::State::TakeOff(std::int64_t id) {
  const std::scoped_lock lock(mutex);
  return in_flight.insert(id).second;
}

void HttpDeliveries::State::Land(std::int64_t id) {
  const std::scoped_lock lock(mutex);
  in_flight.erase(id);
}

void HttpDeliveries::State::Try(const HttpDelivery& delivery, const RetrySchedule& schedule) {
  auto* const client = deps.ports.Find<ports::HttpClient>();
  const auto done = [self = shared_from_this(), delivery, schedule](const Result<ports::HttpClient::Answer>& outcome) {
    self->Land(delivery.id);
    // Begun again when the world is.
    if (!outcome.ok() && outcome.error().code == "Stopped") return;
    try {
      self->Tried(delivery, schedule, outcome);
    } catch (const storage::StorageError& error) {
      spdlog::error("a message for {} is tried again later: {}", delivery.subscription_arn, error.what());
    }
    self->EndTry();
  };
  if (client == nullptr) return done(AwsError{.code = "Unreachable", .message = "Nothing is called from here."});
  client->Send(RequestFor(delivery, schedule), done);
}

void HttpDeliveries::State::Tried(const HttpDelivery& delivery, const RetrySchedule& schedule,
                                  const Result<ports::HttpClient::Answer>& outcome) {
  const Verdict verdict = Judge(outcome);
  const std::optional<Duration> pause =
      verdict == Verdict::kAgain ? schedule.PauseBefore(delivery.failures + 1) : std::nullopt;
  if (verdict != Verdict::kDelivered && !pause) {
    spdlog::info("a message for {} is given up after {} tries: {}", delivery.subscription_arn, delivery.failures + 1,
                 Describe(outcome));
    if (delivery.dead_letter_queue) deps.events.FindTarget(*delivery.dead_letter_queue);
  }
  deps.db.Transact([&](storage::Txn& txn) {
    // After a reset the number may be another's.
    const auto current = http_delivery_store::Find(txn, delivery.id);
    if (!current || current->message_id != delivery.message_id || current->failures != delivery.failures) return;
    if (pause) {
      http_delivery_store::SetFailures(txn, delivery.id, delivery.failures + 1);
      deps.scheduler.Schedule(txn, kHttpDeliveryKind, {std::to_string(delivery.id), deps.clock.Now() + *pause, {}});
      return;
    }
    deps.scheduler.Cancel(txn, kHttpDeliveryKind, std::to_string(delivery.id));
    http_delivery_store::Delete(txn, delivery.id);
    if (verdict != Verdict::kDelivered) GiveUp(txn, delivery, Describe(outcome));
  });
}

void HttpDeliveries::State::GiveUp(storage::Txn& txn, const HttpDelivery& delivery, std::string why) {
  const Arn topic = Arn::Parse(delivery.topic_arn).value_or(Arn());
  Delivery letter{.target = Arn::Parse(delivery.subscription_arn).value_or(Arn()),
                  .source_service = "sns.amazonaws.com",
                  .source_arn = topic,
                  .source_account = AccountId(topic.account),
                  .body = delivery.body,
                  .attributes = delivery.attributes};
  if (delivery.dead_letter_queue) {
    letter.target = *delivery.dead_letter_queue;
    if (deps.events.Send(txn, letter).ok()) return;
  }
  deps.events.ReportLost(txn, letter, {.code = "EndpointFailed", .message = std::move(why)});
}

HttpDeliveries::HttpDeliveries(const ServiceDeps& deps) : state_(std::make_shared<State>(deps)) {
  deps.scheduler.Register(std::string(kHttpDeliveryKind),
                          [state = state_.get()](const runtime::DueTask& task) { state->OnDue(task); });
}

HttpDeliveries::~HttpDeliveries() = default;

void HttpDeliveries::Enqueue(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                             const Message& message, std::string body) {
  HttpDelivery delivery;
  delivery.type = kNotificationType;
  delivery.message_id = message.message_id;
  delivery.topic_arn = topic.arn;
  delivery.subscription_arn = subscription.arn;
  delivery.url = subscription.endpoint;
  delivery.body = std::move(body);
  delivery.raw = subscription.raw;
  if (subscription.raw) delivery.attributes = message.attributes;
  delivery.policy = EffectiveDeliveryPolicy(topic, subscription);
  delivery.dead_letter_queue = subscription.dead_letter_queue;
  state_->Insert(txn, std::move(delivery));
}

void HttpDeliveries::EnqueueConfirmation(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                         std::string_view type, std::string message_id, std::string body) {
  HttpDelivery delivery;
  delivery.type = type;
  delivery.message_id = std::move(message_id);
  delivery.topic_arn = topic.arn;
  delivery.subscription_arn = subscription.arn;
  delivery.url = subscription.endpoint;
  delivery.body = std::move(body);
  delivery.policy = EffectiveDeliveryPolicy(topic, subscription);
  state_->Insert(txn, std::move(delivery));
}

}  // namespace stratolite::sns
