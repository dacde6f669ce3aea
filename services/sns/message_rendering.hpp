#pragma once

#include <string>
#include <string_view>

#include "sns/message_signer.hpp"
#include "sns/model.hpp"
#include "sns/publishing.hpp"

/// Messages as endpoints receive them, spelled and signed as AWS does. Thread-safe.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
namespace stratolite::sns {

/// Signs and renders once what every subscription of a kind receives; afterwards Notification costs a copy. Subscriptions with raw delivery need none of it.
void PrepareEnvelopes(const MessageSigner::Key& key, const Topic& topic, Message& message);

/// The JSON document that queues, HTTP endpoints and `email-json` get. Precondition: PrepareEnvelopes, with the subscription in that topic.
std::string Notification(const Message& message, const Subscription& subscription);

/// The event that a function gets.
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
std::string LambdaEvent(const MessageSigner::Key& key, const Message& message, const Subscription& subscription);

/// Where whoever visits it unsubscribes.
std::string UnsubscribeUrl(const Message& message, const Subscription& subscription);

/// A SubscriptionConfirmation or UnsubscribeConfirmation.
struct ConfirmationText {
  std::string_view type;
  std::string_view message_id;
  std::string_view text;
  std::string_view token;
  TimePoint time;
  /// `http://localhost:4566`
  std::string_view endpoint;
};
std::string RenderConfirmation(const MessageSigner::Key& key, const Topic& topic, const ConfirmationText& confirmation);

}  // namespace stratolite::sns
