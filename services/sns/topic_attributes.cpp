#include "sns/topic_attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sns/delivery_policy.hpp"
#include "sns/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxDisplayName = 100;
constexpr std::int64_t kMinMessageBytes = 1024;
constexpr std::int64_t kMaxMessageBytes = 1'048'576;
constexpr int kMaxArchiveDays = 365;
constexpr std::int64_t kMaxLargeSubscriptions = 100;

constexpr std::array<std::string_view, 5> kFeedbackProtocols = {"HTTP", "Firehose", "Lambda", "Application", "SQS"};
constexpr std::array<std::string_view, 3> kFeedbackNames = {"SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate",
                                                            "FailureFeedbackRoleArn"};
constexpr std::array<std::string_view, 3> kFifoOnly = {"ArchivePolicy", "ContentBasedDeduplication",
                                                       "FifoThroughputScope"};

/// The default access policy. https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
constexpr std::string_view kDefaultPolicy =
    R"({{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{{"Sid":"__default_statement_ID","Effect":"Allow",)"
    R"("Principal":{{"AWS":"*"}},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",)"
    R"("SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],)"
    R"("Resource":"{}","Condition":{{"StringEquals":{{"AWS:SourceOwner":"{}"}}}}}}]}})";

std::string_view TopicValueOr(const Topic& topic, std::string_view name, std::string_view fallback) {
  const auto found = topic.attributes.find(name);
  return found == topic.attributes.end() ? fallback : std::string_view(found->second);
}

bool IsFeedbackName(std::string_view name) {
  return std::any_of(kFeedbackProtocols.begin(), kFeedbackProtocols.end(), [&](std::string_view protocol) {
    return name.starts_with(protocol) && std::find(kFeedbackNames.begin(), kFeedbackNames.end(),
                                                   name.substr(protocol.size())) != kFeedbackNames.end();
  });
}

AwsError NotOneOf(std::string_view name, std::string_view value, std::string_view choices) {
  return InvalidParameterText(fmt::format("{}: Invalid value [{}]. Must be {}.", name, value, choices));
}

Result<std::string> Choice(std::string_view name, const std::string& value, std::string_view first,
                           std::string_view second) {
  if (value != first && value != second) return NotOneOf(name, value, fmt::format("{} or {}", first, second));
  return value;
}

/// Days; nullopt: not the document of an archive.
std::optional<std::int64_t> ArchiveDays(std::string_view text) {
  const Json policy = ParseJsonText(text);
  if (!policy.is_object() || policy.size() != 1 || !policy.contains("MessageRetentionPeriod")) return std::nullopt;
  const Json& period = policy["MessageRetentionPeriod"];
  const std::optional<std::int64_t> days =
      ParseWholeNumber<std::int64_t>(period.is_string() ? period.get<std::string>() : period.dump());
  if (!days || *days < 1 || *days > kMaxArchiveDays) return std::nullopt;
  return days;
}

bool IsSnsAction(const Json& action) {
  if (!action.is_string()) return false;
  std::string name = action.get<std::string>();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name == "*" || name.starts_with("sns:");
}

/// Form only: whom a policy lets in is decided where policies are evaluated.
Result<std::string> CheckPolicy(const std::string& text) {
  const Json policy = ParseJsonText(text);
  const auto bad = [] { return InvalidParameterText("Policy Error: null"); };
  if (!policy.is_object() || !policy.contains("Statement")) return bad();
  const Json statements = policy["Statement"].is_array() ? policy["Statement"] : Json::array({policy["Statement"]});
  for (const Json& statement : statements) {
    if (!statement.is_object() || !statement.value("Sid", Json("")).is_string()) return bad();
    const Json effect = statement.value("Effect", Json());
    if ((effect != "Allow" && effect != "Deny") ||
        !(statement.contains("Principal") || statement.contains("NotPrincipal")) ||
        !(statement.contains("Action") || statement.contains("NotAction")))
      return bad();
    const Json& given = statement.contains("Action") ? statement["Action"] : statement["NotAction"];
    const Json actions = given.is_array() ? given : Json::array({given});
    if (!std::all_of(actions.begin(), actions.end(), IsSnsAction))
      return InvalidParameterText("Policy statement action out of service scope!");
  }
  return text;
}

Result<std::string> CheckFeedback(std::string_view name, const std::string& value) {
  if (name.ends_with("SampleRate")) {
    const std::optional<std::int64_t> rate = ParseWholeNumber<std::int64_t>(value);
    if (!rate || *rate < 0 || *rate > 100)
      return InvalidParameterText(fmt::format("{}: Invalid value [{}]. Must be between 0 and 100.", name, value));
    return value;
  }
  const std::optional<Arn> role = Arn::Parse(value);
  if (!role || role->service != "iam" || !role->resource.starts_with("role/"))
    return InvalidParameterText(fmt::format("{}: Invalid role ARN [{}].", name, value));
  return value;
}

/// Errors are without SNS's prefix. An empty text: the attribute goes.
Result<std::string> CheckValue(const Topic& topic, std::string_view name, const std::string& value) {
  if (name == "DisplayName") {
    if (Utf8Length(value) > kMaxDisplayName) return InvalidParameterText("DisplayName");
    return value;
  }
  if (name == "KmsMasterKeyId") return value;
  if (name == "ContentBasedDeduplication") return Choice(name, value, "true", "false");
  if (name == "FifoThroughputScope") return Choice(name, value, "Topic", "MessageGroup");
  if (name == "SignatureVersion") return Choice(name, value, "1", "2");
  if (name == "TracingConfig") {
    if (topic.fifo && value == "Active")
      return InvalidParameterText("TracingConfig: Active tracing is not supported for FIFO topics.");
    return Choice(name, value, "PassThrough", "Active");
  }
  if (name == "MaximumMessageSize") {
    const std::optional<std::int64_t> bytes = ParseWholeNumber<std::int64_t>(value);
    if (!bytes || *bytes < kMinMessageBytes || *bytes > kMaxMessageBytes)
      return InvalidParameterText(fmt::format("MaximumMessageSize: Invalid value [{}]. Must be between {} and {}.",
                                              value, kMinMessageBytes, kMaxMessageBytes));
    return value;
  }
  // What follows can be taken back by an empty value.
  if (value.empty()) return value;
  if (name == "DeliveryPolicy") return CheckTopicDeliveryPolicy(value);
  if (name == "Policy") return CheckPolicy(value);
  if (name == "ArchivePolicy") {
    if (value != "{}" && !ArchiveDays(value)) return InvalidParameterText("ArchivePolicy: Invalid policy.");
    return value == "{}" ? std::string() : value;
  }
  return CheckFeedback(name, value);
}

bool IsKnown(const Topic& topic, std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames = {"DeliveryPolicy",     "DisplayName", "KmsMasterKeyId",
                                                             "MaximumMessageSize", "Policy",      "SignatureVersion",
                                                             "TracingConfig"};
  if (std::find(kFifoOnly.begin(), kFifoOnly.end(), name) != kFifoOnly.end()) return topic.fifo;
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() || IsFeedbackName(name);
}

}  // namespace

void ParseAttributes(Topic& topic) {
  topic.fifo = TopicValueOr(topic, "FifoTopic", "false") == "true";
  topic.content_based_deduplication = TopicValueOr(topic, "ContentBasedDeduplication", "false") == "true";
  topic.deduplicates_per_group = TopicValueOr(topic, "FifoThroughputScope", "Topic") == "MessageGroup";
  topic.signature_version = TopicValueOr(topic, "SignatureVersion", "1") == "2" ? 2 : 1;
  topic.archive_days = static_cast<int>(ArchiveDays(TopicValueOr(topic, "ArchivePolicy", "")).value_or(0));
  topic.max_message_bytes =
      ParseWholeNumber<std::int64_t>(TopicValueOr(topic, "MaximumMessageSize", "")).value_or(kDefaultMaxMessageBytes);
}

Result<void> SetAttribute(Topic& topic, std::string_view name, const std::string& value, bool creating) {
  if (creating && name == "FifoTopic") {
    if (value != "true" && value != "false")
      return InvalidParameter("Attributes", NotOneOf(name, value, "true or false").message);
    if (value == "true") topic.attributes.insert_or_assign(std::string(name), value);
    ParseAttributes(topic);
    return {};
  }
  if (!IsKnown(topic, name)) {
    if (creating) return InvalidParameter("Attributes", fmt::format("Unknown attribute {}", name));
    return InvalidParameter("AttributeName");
  }
  Result<std::string> checked = CheckValue(topic, name, value);
  if (!checked.ok()) {
    const std::string& what = checked.error().message;
    return creating ? InvalidParameter("Attributes", what) : InvalidParameter(what);
  }
  if (checked->empty()) {
    topic.attributes.erase(std::string(name));
  } else {
    topic.attributes.insert_or_assign(std::string(name), *std::move(checked));
  }
  ParseAttributes(topic);
  return {};
}

Result<void> CheckLargeMessages(std::string_view protocol, std::int64_t subscriptions) {
  const bool fits = protocol == "sqs" || protocol == "lambda" || protocol == "firehose";
  if (fits && subscriptions <= kMaxLargeSubscriptions) return {};
  return InvalidParameter(
      "MaximumMessageSize: A topic for messages above 262144 bytes must have 100 or fewer subscriptions, each of "
      "protocol sqs, lambda or firehose.");
}

std::string PolicyOfTopic(const Topic& topic) {
  const std::string_view own = TopicValueOr(topic, "Policy", "");
  return own.empty() ? fmt::format(kDefaultPolicy, topic.arn, topic.scope.account.str()) : std::string(own);
}

std::optional<std::string> VisibleAttribute(const Topic& topic, std::string_view name) {
  if (const auto found = topic.attributes.find(name); found != topic.attributes.end()) return found->second;
  if (name == "DisplayName") return "";
  if (name == "Policy") return PolicyOfTopic(topic);
  if (name == "ContentBasedDeduplication" && topic.fifo) return "false";
  if (name == "FifoTopic" && topic.fifo) return "true";
  return std::nullopt;
}

Attributes VisibleAttributes(const Topic& topic, const TopicStore::Counts& counts, TimePoint now) {
  Attributes shown = topic.attributes;
  for (const std::string_view name : {"DisplayName", "Policy", "ContentBasedDeduplication", "FifoTopic"}) {
    if (const auto value = VisibleAttribute(topic, name)) shown.insert_or_assign(std::string(name), *value);
  }
  shown["TopicArn"] = topic.arn;
  shown["Owner"] = topic.scope.account.str();
  shown["EffectiveDeliveryPolicy"] = EffectiveDeliveryPolicy(topic);
  shown["SubscriptionsConfirmed"] = fmt::format("{}", counts.confirmed);
  shown["SubscriptionsPending"] = fmt::format("{}", counts.pending);
  shown["SubscriptionsDeleted"] = fmt::format("{}", topic.subscriptions_deleted);
  if (topic.archive_days > 0) {
    const TimePoint oldest = now - std::chrono::days(topic.archive_days);
    shown["BeginningArchiveTime"] = FormatIso8601(std::max(oldest, topic.created_at), true);
  }
  return shown;
}

}  // namespace stratolite::sns
