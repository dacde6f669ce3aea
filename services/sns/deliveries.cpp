#include "sns/deliveries.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "sns/message_rendering.hpp"
#include "sns/sms_store.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

constexpr std::string_view kPublisher = "sns.amazonaws.com";
constexpr std::string_view kMailSender = "no-reply@sns.amazonaws.com";
/// https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
constexpr std::string_view kDefaultMailSubject = "AWS Notification Message";
constexpr std::string_view kConfirmationSubject = "AWS Notification - Subscription Confirmation";
constexpr std::string_view kFifoQueueSuffix = ".fifo";

bool IsFifoQueue(std::string_view arn) { return arn.ends_with(kFifoQueueSuffix); }

/// FIFO topics deliver to standard queues too, in whatever order these keep; a standard topic's groups are for standard queues only.
void AddGroup(const Topic& topic, const Message& message, std::string_view queue, Delivery& delivery) {
  const bool fifo_queue = IsFifoQueue(queue);
  delivery.group_id = topic.fifo == fifo_queue ? message.group_id : std::string();
  delivery.deduplication_id = fifo_queue ? message.deduplication_id : std::string();
}

AwsError NoSuchTarget(std::string_view what) {
  return {.code = "InvalidEndpoint", .message = fmt::format("{} can not be delivered to", what)};
}

Json DetailsOf(const Message& message) {
  Json details = {{"MessageId", message.message_id}};
  if (message.attributes.is_object()) details["MessageAttributes"] = message.attributes;
  return details;
}

}  // namespace

Deliveries::Deliveries(const ServiceDeps& deps, MessageSigner& signer, HttpSender http, EndpointFinder endpoints)
    : deps_(deps),
      signer_(signer),
      sent_(*deps.ports.Find<ports::SentMessages>()),
      http_(std::move(http)),
      endpoints_(std::move(endpoints)) {
  sent_.Prepare();
}

void Deliveries::Prepare(const Topic& topic) {
  const auto look = [this](std::atomic<bool>& found, std::string_view arn) {
    if (found.load(std::memory_order_relaxed)) return;
    const std::optional<Arn> target = Arn::Parse(arn);
    if (target && deps_.events.FindTarget(*target) != nullptr) found = true;
  };
  for (const SubscriptionPtr& subscription : topic.subscriptions) {
    if (subscription->protocol == "sqs") look(queues_, subscription->endpoint);
    if (subscription->protocol == "lambda") look(functions_, subscription->endpoint);
    if (subscription->protocol == "firehose") look(streams_, subscription->endpoint);
    if (subscription->dead_letter_queue && !queues_) look(queues_, subscription->dead_letter_queue->ToString());
  }
}

bool Deliveries::HasTarget(std::string_view service) const {
  // The router makes that service when it must.
  if (service == "sqs") return true;
  if (service == "lambda") return functions_;
  return service == "firehose" && streams_;
}

Result<void> Deliveries::Route(storage::Txn& txn, Delivery& delivery, std::string_view target) {
  std::optional<Arn> arn = Arn::Parse(target);
  if (!arn || !HasTarget(arn->service)) return NoSuchTarget(target);
  delivery.target = *std::move(arn);
  return deps_.events.Send(txn, delivery);
}

void Deliveries::Deliver(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                         const Message& message) {
  Delivery delivery;
  delivery.source_service = kPublisher;
  delivery.source_arn = MakeArn("sns", topic.scope, topic.name);
  delivery.source_account = topic.scope.account;
  delivery.trace_header = message.trace_header;
  delivery.order_key = subscription.arn;
  const Result<void> delivered = Hand(txn, topic, subscription, message, delivery);
  if (delivered.ok()) return;
  if (subscription.dead_letter_queue) {
    const std::string queue = subscription.dead_letter_queue->ToString();
    AddGroup(topic, message, queue, delivery);
    if (Route(txn, delivery, queue).ok()) return;
  }
  // An endpoint that is no ARN is named by its subscription.
  delivery.target = Arn::Parse(subscription.endpoint).value_or(Arn::Parse(subscription.arn).value_or(Arn()));
  deps_.events.ReportLost(txn, delivery, delivered.error());
}

Result<void> Deliveries::Hand(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                              const Message& message, Delivery& delivery) {
  const std::string& protocol = subscription.protocol;
  if (protocol == "sqs" || protocol == "firehose") {
    if (subscription.raw) {
      delivery.body = message.BodyFor(protocol);
      delivery.attributes = message.attributes;
    } else {
      delivery.body = Notification(message, subscription);
    }
    AddGroup(topic, message, subscription.endpoint, delivery);
    return Route(txn, delivery, subscription.endpoint);
  }
  if (protocol == "lambda") {
    delivery.body = LambdaEvent(*signer_.FindKey(txn), message, subscription);
    return Route(txn, delivery, subscription.endpoint);
  }
  if (protocol == "http" || protocol == "https") {
    http_(txn, topic, subscription, message,
          subscription.raw ? message.BodyFor(protocol) : Notification(message, subscription));
    return {};
  }
  delivery.body = message.BodyFor(protocol);
  if (protocol == "application") return PushTo(txn, topic, subscription, message);
  if (protocol == "sms") {
    SendText(txn, topic.scope, subscription.endpoint, message);
  } else {
    Mail(txn, topic, subscription, message);
  }
  return {};
}

void Deliveries::Mail(storage::Txn& txn, const Topic& topic, const Subscription& subscription, const Message& message) {
  Json details = DetailsOf(message);
  details["TopicArn"] = topic.arn;
  details["SubscriptionArn"] = subscription.arn;
  details["UnsubscribeURL"] = UnsubscribeUrl(message, subscription);
  const auto display = topic.attributes.find("DisplayName");
  const bool named = display != topic.attributes.end() && !display->second.empty();
  sent_.Record(
      txn, {.time = deps_.clock.Now(),
            .service = "sns",
            .kind = subscription.protocol,
            .scope = topic.scope,
            .recipient = subscription.endpoint,
            .sender = named ? fmt::format("{} <{}>", display->second, kMailSender) : std::string(kMailSender),
            .subject = message.subject.empty() ? std::string(kDefaultMailSubject) : message.subject,
            .body = subscription.protocol == "email" ? message.BodyFor("email") : Notification(message, subscription),
            .details = std::move(details)});
}

void Deliveries::AskToConfirm(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                              const std::string& endpoint) {
  const bool mail = subscription.protocol.starts_with("email");
  if (!mail && subscription.protocol != "sqs") return;
  const std::string text = fmt::format(
      "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the SubscribeURL included in "
      "this message.",
      topic.arn);
  const std::string message_id = deps_.random.Uuid();
  std::string document = RenderConfirmation(*signer_.FindKey(txn), topic,
                                            {.type = "SubscriptionConfirmation",
                                             .message_id = message_id,
                                             .text = text,
                                             .token = subscription.token,
                                             .time = deps_.clock.Now(),
                                             .endpoint = endpoint});
  if (!mail) {
    Delivery delivery;
    delivery.source_service = kPublisher;
    delivery.source_arn = MakeArn("sns", topic.scope, topic.name);
    delivery.source_account = topic.scope.account;
    delivery.body = std::move(document);
    if (IsFifoQueue(subscription.endpoint)) {
      delivery.group_id = message_id;
      delivery.deduplication_id = message_id;
    }
    if (const Result<void> sent = Route(txn, delivery, subscription.endpoint); !sent.ok())
      spdlog::info("{} can not be asked to confirm: {}", subscription.endpoint, sent.error().code);
    return;
  }
  const std::string url =
      fmt::format("{}/?Action=ConfirmSubscription&TopicArn={}&Token={}", endpoint, topic.arn, subscription.token);
  sent_.Record(txn, {.time = deps_.clock.Now(),
                     .service = "sns",
                     .kind = subscription.protocol,
                     .scope = topic.scope,
                     .recipient = subscription.endpoint,
                     .sender = std::string(kMailSender),
                     .subject = std::string(kConfirmationSubject),
                     .body = subscription.protocol == "email" ? fmt::format("{}\n\n{}", text, url) : document,
                     .details = {{"MessageId", message_id},
                                 {"TopicArn", topic.arn},
                                 {"SubscriptionArn", subscription.arn},
                                 {"Token", subscription.token},
                                 {"SubscribeURL", url}}});
}

Result<void> Deliveries::PushTo(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                const Message& message) {
  const std::optional<PushEndpoint> endpoint = endpoints_(txn, subscription.endpoint);
  if (!endpoint) return NoSuchTarget(subscription.endpoint);
  if (!endpoint->enabled) return AwsError{.code = "EndpointDisabled", .message = "Endpoint is disabled"};
  Push(txn, topic.scope, *endpoint, message);
  return {};
}

void Deliveries::Push(storage::Txn& txn, const Scope& scope, const PushEndpoint& endpoint, const Message& message) {
  Json details = DetailsOf(message);
  details["EndpointArn"] = endpoint.arn;
  details["Platform"] = endpoint.platform;
  if (!message.topic_arn.empty()) details["TopicArn"] = message.topic_arn;
  sent_.Record(txn, {.time = deps_.clock.Now(),
                     .service = "sns",
                     .kind = "push",
                     .scope = scope,
                     .recipient = endpoint.token,
                     .sender = "",
                     .subject = message.subject,
                     .body = message.BodyFor(endpoint.platform),
                     .details = std::move(details)});
}

void Deliveries::SendText(storage::Txn& txn, const Scope& scope, const std::string& number, const Message& message) {
  // Publishing succeeds all the same: https://docs.aws.amazon.com/sns/latest/dg/sms_manage.html
  if (SmsStore::IsOptedOut(txn, scope, number)) return;
  Json details = DetailsOf(message);
  if (!message.topic_arn.empty()) details["TopicArn"] = message.topic_arn;
  std::string sender = SmsStore::Settings(txn, scope)["DefaultSenderID"];
  if (const auto found = message.attributes.find("AWS.SNS.SMS.SenderID"); found != message.attributes.end())
    sender = found->value("StringValue", "");
  sent_.Record(txn, {.time = deps_.clock.Now(),
                     .service = "sns",
                     .kind = "sms",
                     .scope = scope,
                     .recipient = number,
                     .sender = std::move(sender),
                     .subject = "",
                     .body = message.BodyFor("sms"),
                     .details = std::move(details)});
}

}  // namespace stratolite::sns
