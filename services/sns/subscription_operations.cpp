#include "sns/subscription_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sns/endpoints.hpp"
#include "sns/errors.hpp"
#include "sns/paging.hpp"
#include "sns/platform_store.hpp"
#include "sns/subscription_attributes.hpp"
#include "sns/topic_access.hpp"
#include "sns/topic_attributes.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/runtime/scheduler.hpp"
#include "stratolite/service/errors.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr std::string_view kUnconfirmed = "pending confirmation";
constexpr std::string_view kUnconfirmedInLists = "PendingConfirmation";
constexpr std::string_view kExpiryTask = "sns.pending";
// "Confirmation tokens are valid for two days": https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
constexpr Duration kConfirmWithin = std::chrono::hours(48);
constexpr std::size_t kTokenLength = 288;
/// What AWS recognises as a token at all; ours are as long as its.
constexpr std::size_t kLeastToken = 64;
constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Whether the endpoint must agree before it is sent anything. Who owns a queue agrees by subscribing it.
bool MustConfirm(const Call& call, std::string_view protocol, std::string_view endpoint) {
  if (protocol == "sqs") return Arn::Parse(endpoint)->account != call.scope.account.str();
  return protocol == "http" || protocol == "https" || protocol == "email" || protocol == "email-json";
}

/// SNS answers these two also to requests without a signature, which have no region: the ARN says where they belong.
bool IsUnsigned(const Call& call) { return call.caller.type == auth::PrincipalType::kAnonymous; }

Result<std::string> SubscriptionArnOf(const Call& call) {
  ASSIGN_OR_RETURN(std::string text, RequiredText(call, "SubscriptionArn"));
  ASSIGN_OR_RETURN(const Arn arn, CheckArn(text, "SubscriptionArn"));
  if (std::count(arn.resource.begin(), arn.resource.end(), ':') != 1 || arn.resource.ends_with(':'))
    return InvalidParameter("SubscriptionId");
  if (arn.service != "sns" || (!IsUnsigned(call) && arn.region != call.scope.region.str()))
    return InvalidParameter("SubscriptionArn");
  return text;
}

bool IsToken(std::string_view text) {
  return text.size() >= kLeastToken && text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

Json Summary(const Subscription& subscription) {
  return {{"SubscriptionArn", subscription.confirmed ? subscription.arn : std::string(kUnconfirmedInLists)},
          {"Owner", subscription.owner.str()},
          {"Protocol", subscription.protocol},
          {"Endpoint", subscription.endpoint},
          {"TopicArn", subscription.topic_arn}};
}

Json PageOf(std::vector<SubscriptionPtr> found) {
  Json output = Json::object();
  if (std::ssize(found) > kPageSize) {
    found.pop_back();
    output["NextToken"] = MakeToken(fmt::format("{}", found.back()->id));
  }
  Json& list = output["Subscriptions"] = Json::array();
  for (const SubscriptionPtr& subscription : found) list.push_back(Summary(*subscription));
  return output;
}

}  // namespace

SubscriptionOperations::SubscriptionOperations(const ServiceDeps& deps, TopicStore& topics, SubscriptionNews news)
    : deps_(deps), topics_(topics), news_(std::move(news)) {
  deps.scheduler.Register(std::string(kExpiryTask), [this](const runtime::DueTask& task) { Expire(task.key); });
}

void SubscriptionOperations::Expire(const std::string& arn) {
  deps_.db.Transact([&](storage::Txn& txn) {
    const SubscriptionPtr subscription = TopicStore::FindSubscription(txn, arn);
    if (!subscription || subscription->confirmed) return;
    news_.gone(txn, *subscription);
    topics_.DeleteSubscription(txn, *subscription);
  });
}

Result<Subscription> SubscriptionOperations::Make(storage::Txn& txn, const Call& call, const Topic& topic,
                                                  Subscription wanted, const Attributes& given) {
  if (const SubscriptionPtr existing = TopicStore::FindSubscription(txn, topic.id, wanted.protocol, wanted.endpoint)) {
    // As recorded: what is not given may differ.
    Subscription same = *existing;
    RETURN_IF_ERROR(SetAttributes(same, topic, given));
    if (same.attributes != existing->attributes)
      return InvalidParameter("Attributes", "Subscription already exists with different attributes");
    return *existing;
  }
  RETURN_IF_ERROR(SetAttributes(wanted, topic, given));
  if (topic.max_message_bytes > kDefaultMaxMessageBytes) {
    const TopicStore::Counts counts = TopicStore::CountSubscriptions(txn, topic.id);
    RETURN_IF_ERROR(CheckLargeMessages(wanted.protocol, counts.confirmed + counts.pending + 1));
  }
  wanted.topic = topic.id;
  wanted.arn = fmt::format("{}:{}", topic.arn, deps_.random.Uuid());
  wanted.topic_arn = topic.arn;
  wanted.owner = call.scope.account;
  wanted.confirmed = !MustConfirm(call, wanted.protocol, wanted.endpoint);
  wanted.confirmation_was_authenticated = wanted.confirmed;
  wanted.token = deps_.random.String(kTokenLength, kHexDigits);
  wanted.principal = call.caller.arn;
  wanted.created_at = deps_.clock.Now();
  topics_.InsertSubscription(txn, wanted);
  if (!wanted.confirmed) {
    deps_.scheduler.Schedule(txn, kExpiryTask,
                             {.key = wanted.arn, .due = wanted.created_at + kConfirmWithin, .payload = {}});
  }
  if (wanted.attributes.contains("ReplayPolicy")) news_.replay_changed(txn, topic, wanted);
  return wanted;
}

Result<Json> SubscriptionOperations::Subscribe(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string topic_arn, TopicArnOf(call));
  Subscription wanted;
  ASSIGN_OR_RETURN(wanted.protocol, RequiredText(call, "Protocol"));
  RETURN_IF_ERROR(CheckProtocol(wanted.protocol));
  wanted.endpoint = in.StringOr("Endpoint", "");
  const Attributes given = in.Object("Attributes").get<Attributes>();
  // A queue of another account is sent a message within the transaction.
  if (const std::optional<Arn> target = Arn::Parse(wanted.endpoint); target && wanted.protocol == "sqs")
    static_cast<void>(deps_.events.FindTarget(*target));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const std::optional<Topic> topic = TopicStore::FindBare(txn, topic_arn);
    if (!topic) return TopicNotFound();
    RETURN_IF_ERROR(CheckEndpoint(*topic, wanted.protocol, wanted.endpoint));
    // A subscription that delivers nothing would be a fake success.
    if (wanted.protocol == "firehose") return NotImplemented("sns", "Subscribe with the protocol firehose");
    if (wanted.protocol == "application" && !PlatformStore::FindEndpoint(txn, wanted.endpoint))
      return InvalidParameter("Endpoint", fmt::format("Endpoint does not exist for endpoint {}", wanted.endpoint));
    ASSIGN_OR_RETURN(const Subscription subscription, Make(txn, call, *topic, wanted, given));
    if (!subscription.confirmed) news_.ask_to_confirm(txn, *topic, subscription, call.endpoint);
    const bool shown = subscription.confirmed || in.BoolOr("ReturnSubscriptionArn", false);
    return Json{{"SubscriptionArn", shown ? subscription.arn : std::string(kUnconfirmed)}};
  });
}

Result<Json> SubscriptionOperations::ConfirmSubscription(const Call& call) {
  ASSIGN_OR_RETURN(const std::string topic_arn, RequiredText(call, "TopicArn"));
  if (IsUnsigned(call)) {
    RETURN_IF_ERROR(CheckArn(topic_arn, "TopicArn"));
  } else {
    RETURN_IF_ERROR(CheckTopicArn(call, topic_arn));
  }
  ASSIGN_OR_RETURN(const std::string token, RequiredText(call, "Token"));
  if (!IsToken(token)) return InvalidParameterText("Invalid token");
  const bool authenticate =
      !IsUnsigned(call) && Fields(call.input).StringOr("AuthenticateOnUnsubscribe", "false") == "true";
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const SubscriptionPtr found = TopicStore::FindSubscriptionByToken(txn, topic_arn, token);
    if (!found) return Renew(txn, topic_arn, token);
    if (!found->confirmed) {
      Subscription confirmed = *found;
      confirmed.confirmed = true;
      confirmed.confirmation_was_authenticated = !IsUnsigned(call);
      confirmed.authenticate_on_unsubscribe = authenticate;
      topics_.UpdateSubscription(txn, confirmed);
      deps_.scheduler.Cancel(txn, kExpiryTask, confirmed.arn);
    }
    return Json{{"SubscriptionArn", found->arn}};
  });
}

/// The link in what an endpoint is told when it was unsubscribed "restores the subscription":
/// https://docs.aws.amazon.com/sns/latest/dg/http-unsubscribe-confirmation-json.html
Result<Json> SubscriptionOperations::Renew(storage::Txn& txn, const std::string& topic_arn, const std::string& token) {
  const std::optional<Topic> topic = TopicStore::FindBare(txn, topic_arn);
  const TimePoint now = deps_.clock.Now();
  auto ended = topic ? TopicStore::TakeEnded(txn, *topic, token, now - kConfirmWithin) : std::nullopt;
  // Also when there is no such topic, as recorded.
  if (!ended) return InvalidParameter("Token");
  if (const SubscriptionPtr made = TopicStore::FindSubscription(txn, topic->id, ended->protocol, ended->endpoint))
    return Json{{"SubscriptionArn", made->arn}};
  ended->arn = fmt::format("{}:{}", topic->arn, deps_.random.Uuid());
  ended->confirmed = true;
  ended->created_at = now;
  topics_.InsertSubscription(txn, *ended);
  return Json{{"SubscriptionArn", ended->arn}};
}

Result<Json> SubscriptionOperations::Unsubscribe(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, SubscriptionArnOf(call));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const SubscriptionPtr subscription = TopicStore::FindSubscription(txn, arn);
    if (!subscription) return Json::object();
    if (IsUnsigned(call)) {
      if (subscription->authenticate_on_unsubscribe)
        return AuthorizationError("This subscription can be ended by an authenticated request only");
      if (const std::optional<Topic> topic = TopicStore::FindBare(txn, subscription->topic_arn))
        news_.tell_unsubscribed(txn, *topic, *subscription, call.endpoint);
      const TimePoint now = deps_.clock.Now();
      TopicStore::RememberEnded(txn, *subscription, now, now - kConfirmWithin);
    }
    news_.gone(txn, *subscription);
    topics_.DeleteSubscription(txn, *subscription);
    deps_.scheduler.Cancel(txn, kExpiryTask, arn);
    return Json::object();
  });
}

Result<Json> SubscriptionOperations::ListSubscriptions(const Call& call) {
  ASSIGN_OR_RETURN(const SubscriptionId after, ReadNumberToken(call));
  return PageOf(deps_.db.Read([&](storage::Reader& reader) {
    return TopicStore::ListSubscriptions(reader, call.scope, after, kPageSize + 1);
  }));
}

Result<Json> SubscriptionOperations::ListSubscriptionsByTopic(const Call& call) {
  ASSIGN_OR_RETURN(const std::string topic_arn, TopicArnOf(call));
  ASSIGN_OR_RETURN(const SubscriptionId after, ReadNumberToken(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const std::optional<Topic> topic = TopicStore::FindBare(reader, topic_arn);
    if (!topic) return TopicNotFound();
    return PageOf(TopicStore::ListSubscriptions(reader, topic->id, after, kPageSize + 1));
  });
}

Result<Json> SubscriptionOperations::GetSubscriptionAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, SubscriptionArnOf(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const SubscriptionPtr subscription = TopicStore::FindSubscription(reader, arn);
    const std::optional<Topic> topic =
        subscription ? TopicStore::FindBare(reader, subscription->topic_arn) : std::nullopt;
    if (!topic) return SubscriptionNotFound();
    Attributes shown = VisibleAttributes(*subscription, *topic);
    if (const auto status = news_.replay_status(reader, *subscription)) shown["ReplayStatus"] = *status;
    return Json{{"Attributes", Json(shown)}};
  });
}

Result<Json> SubscriptionOperations::SetSubscriptionAttributes(const Call& call) {
  ASSIGN_OR_RETURN(const std::string arn, SubscriptionArnOf(call));
  ASSIGN_OR_RETURN(const std::string name, RequiredText(call, "AttributeName"));
  const std::string value = Fields(call.input).StringOr("AttributeValue", "");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const SubscriptionPtr found = TopicStore::FindSubscription(txn, arn);
    const std::optional<Topic> topic = found ? TopicStore::FindBare(txn, found->topic_arn) : std::nullopt;
    if (!topic) return SubscriptionNotFound();
    Subscription subscription = *found;
    RETURN_IF_ERROR(SetAttribute(subscription, *topic, name, value, false));
    topics_.UpdateSubscription(txn, subscription);
    if (name == "ReplayPolicy") news_.replay_changed(txn, *topic, subscription);
    return Json::object();
  });
}

Result<Json> SubscriptionOperations::Inspect(const Service::AdminRequest& request) {
  const auto parameter = [&](const char* name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string() : found->second;
  };
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    const std::string arn = parameter("arn");
    const SubscriptionPtr subscription =
        arn.empty() ? TopicStore::FindSubscriptionByToken(reader, parameter("topic"), parameter("token"))
                    : TopicStore::FindSubscription(reader, arn);
    const std::optional<Topic> topic =
        subscription ? TopicStore::FindBare(reader, subscription->topic_arn) : std::nullopt;
    if (!topic && arn.empty() && TopicStore::IsEnded(reader, parameter("topic"), parameter("token")))
      return Json{{"Ended", "true"}};
    if (!topic) return AwsError{.code = "NotFound", .message = "There is no such subscription.", .http_status = 404};
    return Json(VisibleAttributes(*subscription, *topic));
  });
}

}  // namespace stratolite::sns
