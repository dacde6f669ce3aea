#include "sns/message_rendering.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stratolite::sns {
namespace {

constexpr std::string_view kNotification = "Notification";
/// AWS signs what functions get so whatever the topic says.
constexpr int kLambdaSignatureVersion = 1;

/// As JSON writes it; what is printable ASCII, as nearly everything in an envelope is, without a detour.
std::string Quoted(std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (!plain) return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string quoted;
  quoted.reserve(text.size() + 2);
  return quoted.append("\"").append(text).append("\"");
}

/// What is signed: names and values in turn, a line each.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
class TextToSign {
 public:
  TextToSign& Put(std::string_view name, std::string_view value) {
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
  text.Put("Message", body).Put("MessageId", message.message_id);
  if (!message.subject.empty()) text.Put("Subject", message.subject);
  text.Put("Timestamp", FormatIso8601(message.published_at, true)).Put("TopicArn", message.topic_arn);
  text.Put("Type", kNotification);
  return MessageSigner::Sign(key, text.text(), signature_version);
}

/// The document as AWS lays it out: a member a line.
class Lines {
 public:
  void Put(std::string_view name, std::string_view value) { JsonMember(name, Quoted(value)); }
  void JsonMember(std::string_view name, std::string_view json) {
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
  lines.Put("Type", kNotification);
  lines.Put("MessageId", message.message_id);
  // Given within the transaction, and not signed: see Notification.
  lines.Put("TopicArn", message.topic_arn);
  if (!message.subject.empty()) lines.Put("Subject", message.subject);
  lines.Put("Message", body);
  lines.Put("Timestamp", FormatIso8601(message.published_at, true));
  lines.Put("SignatureVersion", topic.signature_version == 2 ? "2" : "1");
  lines.Put("Signature", SignNotification(key, message, body, topic.signature_version));
  lines.Put("SigningCertURL", MessageSigner::CertificateUrl(key, message.endpoint));
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
  text.Put("Message", confirmation.text).Put("MessageId", confirmation.message_id).Put("SubscribeURL", url);
  text.Put("Timestamp", time).Put("Token", confirmation.token).Put("TopicArn", topic.arn);
  text.Put("Type", confirmation.type);
  Lines lines;
  lines.Put("Type", confirmation.type);
  lines.Put("MessageId", confirmation.message_id);
  lines.Put("Token", confirmation.token);
  lines.Put("TopicArn", topic.arn);
  lines.Put("Message", confirmation.text);
  lines.Put("SubscribeURL", url);
  lines.Put("Timestamp", time);
  lines.Put("SignatureVersion", topic.signature_version == 2 ? "2" : "1");
  lines.Put("Signature", MessageSigner::Sign(key, text.text(), topic.signature_version));
  lines.Put("SigningCertURL", MessageSigner::CertificateUrl(key, confirmation.endpoint));
  return std::move(lines.text()) + "\n}";
}

}  // namespace stratolite::sns
