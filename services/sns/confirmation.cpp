#include "sns/confirmation.hpp"

#include <utility>

#include <fmt/format.h>

#include "sns/message_rendering.hpp"
#include "sns/message_signer.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"

namespace stratolite::sns {

void Confirmation::AskToConfirm(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                const std::string& endpoint) {
  Send(txn, topic, subscription, endpoint, "SubscriptionConfirmation",
       fmt::format("You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the SubscribeURL "
                   "included in this message.",
                   topic.arn));
}

void Confirmation::TellUnsubscribed(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                                    const std::string& endpoint) {
  // https://docs.aws.amazon.com/sns/latest/dg/http-unsubscribe-confirmation-json.html
  Send(txn, topic, subscription, endpoint, "UnsubscribeConfirmation",
       fmt::format("You have chosen to deactivate subscription {}.\nTo cancel this operation and restore the "
                   "subscription, visit the SubscribeURL included in this message.",
                   subscription.arn));
}

void Confirmation::Send(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                        const std::string& endpoint, std::string_view type, std::string text) {
  if (subscription.protocol != "http" && subscription.protocol != "https") return;
  const std::string message_id = deps_.random.Uuid();
  const MessageSigner::KeyPtr key = signer_.FindKey(txn);
  std::string body = RenderConfirmation(*key, topic,
                                        {.type = type,
                                         .message_id = message_id,
                                         .text = text,
                                         .token = subscription.token,
                                         .time = deps_.clock.Now(),
                                         .endpoint = endpoint});
  deliveries_.EnqueueConfirmation(txn, topic, subscription, type, message_id, std::move(body));
}

}  // namespace stratolite::sns
