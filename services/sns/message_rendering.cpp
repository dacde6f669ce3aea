#include "sns/message_rendering.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stratolite::sns {
namespace {

constexpr std::string_view kNotification = "Notification";
/// AWS signs what functions get so whatever the topic says.
constexpr int kLambdaSignatureVersion = 1;

std::string Quoted(std::string_view text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

/// What is signed: names and values in turn, a line each.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
class TextToSign {
 public:
  TextToSign& Add(std::string_view name, std::string_view value) {
    text_.append(name).append("\n").append(value).append("\n");
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string SignNotification(const MessageSigner::Key& key, const Message& message, std::string_view body,
                             int signature_version) {
  TextToSign text;
  text.Add("Message", body).Add("MessageId", message.message_id);
  if (!message.subject.empty()) text.Add("Subject", message.subject);
  text.Add("Timestamp", FormatIso8601(message.published_at, true)).Add("TopicArn", message.topic_arn);
  text.Add("Type", kNotification);
  return MessageSigner::Sign(key, text.text(), signature_version);
}

/// The document as AWS lays it out: a member a line.
class Lines {
 public:
  void Add(std::string_view name, std::string_view value) { AddJson(name, Quoted(value)); }
  void AddJson(std::string_view name, std::string_view json) {
    text_.append(text_.empty() ? "{\n" : ",\n").append("  \"").append(name).append("\" : ").append(json);
  }
  std::string& text() { return text_; }

 private:
  std::string text_;
};

std::string_view ValueName(const Json& attribute) {
  return attribute.contains("BinaryValue") ? "BinaryValue" : "StringValue";
}

std::string RenderAttributes(const Json& attributes) {
  std::string text = "{";
  for (const auto& [name, attribute] : attributes.items()) {
    text += fmt::format("{}\n    {} : {{\"Type\":{},\"Value\":{}}}", text.size() > 1 ? "," : "", Quoted(name),
                        attribute.at("DataType").dump(), attribute.at(std::string(ValueName(attribute))).dump());
  }
  return text + "\n  }";
}

bool NeedsEnvelope(const Subscription& subscription) {
  if (subscription.protocol == "email-json") return true;
  const bool http = subscription.protocol == "http" || subscription.protocol == "https";
  return (http || subscription.protocol == "sqs") && !subscription.raw;
}

Message::Envelope MakeEnvelope(const MessageSigner::Key& key, const Topic& topic, const Message& message,
                               const std::string& body) {
  Lines lines;
  lines.Add("Type", kNotification);
  lines.Add("MessageId", message.message_id);
  // Given within the transaction, and not signed: see Notification.
  lines.Add("TopicArn", message.topic_arn);
  if (!message.subject.empty()) lines.Add("Subject", message.subject);
  lines.Add("Message", body);
  lines.Add("Timestamp", FormatIso8601(message.published_at, true));
  lines.Add("SignatureVersion", topic.signature_version == 2 ? "2" : "1");
  lines.Add("Signature", SignNotification(key, message, body, topic.signature_version));
  lines.Add("SigningCertURL", MessageSigner::CertificateUrl(key, message.endpoint));
  Message::Envelope envelope;
  envelope.before = std::move(lines.text()) + ",\n  \"UnsubscribeURL\" : ";
  if (message.attributes.is_object() && !message.attributes.empty())
    envelope.after = ",\n  \"MessageAttributes\" : " + RenderAttributes(message.attributes);
  if (message.replayed) envelope.after += ",\n  \"Replayed\" : \"true\"";
  envelope.after += "\n}";
  return envelope;
}

}  // namespace

std::string_view Message::BodyName(std::string_view protocol) const {
  const auto found = bodies.find(protocol);
  return found != bodies.end() ? protocol : std::string_view("default");
}

const std::string& Message::BodyFor(std::string_view protocol) const {
  return bodies.at(std::string(BodyName(protocol))).get_ref<const std::string&>();
}

void PrepareEnvelopes(const MessageSigner::Key& key, const Topic& topic, Message& message) {
  for (const SubscriptionPtr& subscription : topic.subscriptions) {
    if (!NeedsEnvelope(*subscription)) continue;
    const std::string_view name = message.BodyName(subscription->protocol);
    if (message.envelopes.contains(name)) continue;
    message.envelopes.emplace(name, MakeEnvelope(key, topic, message, message.BodyFor(subscription->protocol)));
  }
}

std::string UnsubscribeUrl(const Message& message, const Subscription& subscription) {
  return fmt::format("{}/?Action=Unsubscribe&SubscriptionArn={}", message.endpoint, subscription.arn);
}

std::string Notification(const Message& message, const Subscription& subscription) {
  const Message::Envelope& envelope = message.envelopes.find(message.BodyName(subscription.protocol))->second;
  std::string text;
  text.reserve(envelope.before.size() + envelope.after.size() + message.endpoint.size() + subscription.arn.size() + 96);
  if (message.sequence_number.empty()) {
    text = envelope.before;
  } else {
    const std::size_t at = envelope.before.find("  \"TopicArn\"");
    text.append(envelope.before, 0, at)
        .append("  \"SequenceNumber\" : \"")
        .append(message.sequence_number)
        .append("\",\n")
        .append(envelope.before, at);
  }
  return text.append("\"").append(UnsubscribeUrl(message, subscription)).append("\"").append(envelope.after);
}

std::string LambdaEvent(const MessageSigner::Key& key, const Message& message, const Subscription& subscription) {
  const std::string& body = message.BodyFor(subscription.protocol);
  Json attributes = Json::object();
  if (message.attributes.is_object()) {
    for (const auto& [name, attribute] : message.attributes.items()) {
      attributes[name] = {{"Type", attribute.at("DataType")},
                          {"Value", attribute.at(std::string(ValueName(attribute)))}};
    }
  }
  Json sns = {{"Type", kNotification},
              {"MessageId", message.message_id},
              {"TopicArn", message.topic_arn},
              {"Subject", message.subject.empty() ? Json() : Json(message.subject)},
              {"Message", body},
              {"Timestamp", FormatIso8601(message.published_at, true)},
              {"SignatureVersion", "1"},
              {"Signature", SignNotification(key, message, body, kLambdaSignatureVersion)},
              {"SigningCertUrl", MessageSigner::CertificateUrl(key, message.endpoint)},
              {"UnsubscribeUrl", UnsubscribeUrl(message, subscription)},
              {"MessageAttributes", std::move(attributes)}};
  Json record = {{"EventSource", "aws:sns"},
                 {"EventVersion", "1.0"},
                 {"EventSubscriptionArn", subscription.arn},
                 {"Sns", std::move(sns)}};
  return Json{{"Records", Json::array({std::move(record)})}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string RenderConfirmation(const MessageSigner::Key& key, const Topic& topic,
                               const ConfirmationText& confirmation) {
  const std::string url = fmt::format("{}/?Action=ConfirmSubscription&TopicArn={}&Token={}", confirmation.endpoint,
                                      topic.arn, confirmation.token);
  const std::string time = FormatIso8601(confirmation.time, true);
  TextToSign text;
  text.Add("Message", confirmation.text).Add("MessageId", confirmation.message_id).Add("SubscribeURL", url);
  text.Add("Timestamp", time).Add("Token", confirmation.token).Add("TopicArn", topic.arn);
  text.Add("Type", confirmation.type);
  Lines lines;
  lines.Add("Type", confirmation.type);
  lines.Add("MessageId", confirmation.message_id);
  lines.Add("Token", confirmation.token);
  lines.Add("TopicArn", topic.arn);
  lines.Add("Message", confirmation.text);
  lines.Add("SubscribeURL", url);
  lines.Add("Timestamp", time);
  lines.Add("SignatureVersion", topic.signature_version == 2 ? "2" : "1");
  lines.Add("Signature", MessageSigner::Sign(key, text.text(), topic.signature_version));
  lines.Add("SigningCertURL", MessageSigner::CertificateUrl(key, confirmation.endpoint));
  return std::move(lines.text()) + "\n}";
}

}  // namespace stratolite::sns
