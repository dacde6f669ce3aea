#include "sns/subscription_operations.hpp"

#include <fmt/format.h>

#include "sns/errors.hpp"
#include "sns/subscription_attributes.hpp"
#include "sns/topic_access.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

constexpr std::string_view kPending = "pending confirmation";
constexpr std::size_t kTokenLength = 288;
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool MustConfirm(std::string_view protocol) {
  return protocol == "http" || protocol == "https" || protocol == "email" || protocol == "email-json";
}

}  // namespace

Result<Json> SubscriptionOperations::Subscribe(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string topic_arn, TopicArnOf(call));
  ASSIGN_OR_RETURN(const std::string protocol, RequiredText(call, "Protocol"));
  ASSIGN_OR_RETURN(const std::string endpoint, RequiredText(call, "Endpoint"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const std::optional<Topic> topic = TopicStore::FindBare(txn, topic_arn);
    if (!topic) return TopicNotFound();
    Subscription subscription;
    if (const SubscriptionPtr existing = TopicStore::FindSubscription(txn, topic->id, protocol, endpoint)) {
      subscription = *existing;
    } else {
      subscription.topic = topic->id;
      subscription.arn = fmt::format("{}:{}", topic_arn, deps_.random.Uuid());
      subscription.topic_arn = topic_arn;
      subscription.owner = call.scope.account;
      subscription.protocol = protocol;
      subscription.endpoint = endpoint;
      subscription.confirmed = !MustConfirm(protocol);
      subscription.token = deps_.random.String(kTokenLength, kHexDigits);
      subscription.principal = call.caller.arn;
      subscription.confirmation_was_authenticated = subscription.confirmed;
      subscription.attributes = in.Object("Attributes").get<Attributes>();
      subscription.created_at = deps_.clock.Now();
      topics_.InsertSubscription(txn, subscription);
    }
    if (!subscription.confirmed) news_.ask_to_confirm(txn, *topic, subscription, call.endpoint);
    const bool shown = subscription.confirmed || in.BoolOr("ReturnSubscriptionArn", false);
    return Json{{"SubscriptionArn", shown ? subscription.arn : std::string(kPending)}};
  });
}

}  // namespace stratolite::sns
