#include "sns/subscription_attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sns/delivery_policy.hpp"
#include "sns/errors.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::sns {
namespace {

constexpr std::array<std::string_view, 7> kSubscriptionAttributes = {
    "DeliveryPolicy", "FilterPolicy", "FilterPolicyScope",   "RawMessageDelivery",
    "RedrivePolicy",  "ReplayPolicy", "SubscriptionRoleArn",
};
constexpr std::string_view kPrefix = "Invalid parameter: ";

const std::string* Stored(const Subscription& subscription, std::string_view name) {
  const auto found = subscription.attributes.find(name);
  return found == subscription.attributes.end() ? nullptr : &found->second;
}

patterns::FilterPolicy::Scope FilterScopeOf(const Subscription& subscription) {
  const std::string* scope = Stored(subscription, "FilterPolicyScope");
  return scope && *scope == "MessageBody" ? patterns::FilterPolicy::Scope::kMessageBody
                                          : patterns::FilterPolicy::Scope::kMessageAttributes;
}

bool IsHttp(std::string_view protocol) { return protocol == "http" || protocol == "https"; }

// https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
bool TakesRawMessages(std::string_view protocol) {
  return IsHttp(protocol) || protocol == "sqs" || protocol == "firehose";
}

Result<void> CheckFilter(const std::string& text, patterns::FilterPolicy::Scope scope) {
  const Result<patterns::FilterPolicy> parsed = patterns::FilterPolicy::Parse(text, scope);
  if (parsed.ok()) return {};
  std::string message = parsed.error().message;
  if (message.starts_with(kPrefix)) message.erase(0, kPrefix.size());
  return AwsError{.code = parsed.error().code, .message = std::move(message)};
}

/// SNS says of every JSON text that it cannot read where and why, in the same words.
AwsError UnreadableJson(std::string_view name, const std::string& text) {
  constexpr std::string_view kFilter = "FilterPolicy: failed to parse JSON.";
  const Result<void> seen = CheckFilter(text, patterns::FilterPolicy::Scope::kMessageBody);
  std::string reason = " ";
  if (!seen.ok() && seen.error().message.starts_with(kFilter)) reason = seen.error().message.substr(kFilter.size());
  return InvalidParameterText(fmt::format("{}: failed to parse JSON.{}", name, reason));
}

Result<void> CheckRedrivePolicy(const std::string& text, const Topic& topic) {
  const Json policy = ParseJsonText(text);
  if (policy.is_discarded()) return UnreadableJson("RedrivePolicy", text);
  const Json target = policy.is_object() ? policy.value("deadLetterTargetArn", Json()) : Json();
  const std::optional<Arn> arn = target.is_string() ? Arn::Parse(target.get<std::string>()) : std::nullopt;
  if (!arn || arn->service != "sqs" || !IsAccountId(arn->account) || !IsRegionName(arn->region) ||
      arn->resource.empty()) {
    return InvalidParameterText("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  }
  if (topic.fifo && !arn->resource.ends_with(".fifo"))
    return InvalidParameterText("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic");
  return {};
}

// https://docs.aws.amazon.com/sns/latest/dg/message-archiving-and-replay-subscriber.html
Result<void> CheckReplayPolicy(const std::string& text, const Topic& topic) {
  if (!topic.fifo || topic.archive_days == 0)
    return InvalidParameterText("ReplayPolicy: The topic must have an active ArchivePolicy.");
  const Json policy = ParseJsonText(text);
  if (policy.is_discarded()) return UnreadableJson("ReplayPolicy", text);
  const auto point = [&](const char* name) -> std::optional<TimePoint> {
    const Json value = policy.is_object() ? policy.value(name, Json()) : Json();
    return value.is_string() ? ParseIso8601(value.get<std::string>()) : std::nullopt;
  };
  if (!policy.is_object() || policy.value("PointType", Json()) != "Timestamp")
    return InvalidParameterText("ReplayPolicy: PointType must be Timestamp");
  const std::optional<TimePoint> start = point("StartingPoint");
  const std::optional<TimePoint> end = point("EndingPoint");
  if (!start) return InvalidParameterText("ReplayPolicy: StartingPoint must be a valid timestamp");
  if (policy.contains("EndingPoint") && (!end || *end < *start))
    return InvalidParameterText("ReplayPolicy: EndingPoint must be a valid timestamp after StartingPoint");
  return {};
}

/// Errors are without SNS's prefix. An empty text: the attribute goes.
Result<std::string> CheckValue(const Subscription& subscription, const Topic& topic, std::string_view name,
                               const std::string& value) {
  if (name == "RawMessageDelivery") {
    if (value != "true" && value != "false") {
      return InvalidParameterText(fmt::format("RawMessageDelivery: Invalid value [{}]. Must be true or false.", value));
    }
    if (value == "true" && !TakesRawMessages(subscription.protocol)) {
      return InvalidParameterText(
          fmt::format("Delivery protocol [{}] does not support raw message delivery.", subscription.protocol));
    }
    return value;
  }
  if (name == "FilterPolicyScope") {
    if (value != "MessageBody" && value != "MessageAttributes") {
      return InvalidParameterText(fmt::format(
          "FilterPolicyScope: Invalid value [{}]. Please use either MessageBody or MessageAttributes", value));
    }
    const std::string* filter = Stored(subscription, "FilterPolicy");
    if (filter) {
      RETURN_IF_ERROR(CheckFilter(*filter, value == "MessageBody" ? patterns::FilterPolicy::Scope::kMessageBody
                                                                  : patterns::FilterPolicy::Scope::kMessageAttributes));
    }
    return value;
  }
  if (value.empty()) return value;
  if (name == "FilterPolicy") {
    RETURN_IF_ERROR(CheckFilter(value, FilterScopeOf(subscription)));
  } else if (name == "RedrivePolicy") {
    const Json policy = ParseJsonText(value);
    if (policy.is_object() && policy.empty()) return std::string();
    RETURN_IF_ERROR(CheckRedrivePolicy(value, topic));
  } else if (name == "ReplayPolicy") {
    const Json policy = ParseJsonText(value);
    if (policy.is_object() && policy.empty()) return std::string();
    RETURN_IF_ERROR(CheckReplayPolicy(value, topic));
  } else if (name == "DeliveryPolicy") {
    if (!IsHttp(subscription.protocol)) {
      return InvalidParameterText(
          fmt::format("Delivery protocol [{}] does not support delivery policies.", subscription.protocol));
    }
    return CheckSubscriptionDeliveryPolicy(value);
  } else if (name == "SubscriptionRoleArn") {
    const std::optional<Arn> role = Arn::Parse(value);
    if (!role || role->service != "iam" || !role->resource.starts_with("role/"))
      return InvalidParameterText("SubscriptionRoleArn: Invalid role ARN");
  }
  return value;
}

}  // namespace

void ParseAttributes(Subscription& subscription) {
  const std::string* raw = Stored(subscription, "RawMessageDelivery");
  subscription.raw = raw && *raw == "true";
  subscription.filter.reset();
  if (const std::string* policy = Stored(subscription, "FilterPolicy")) {
    Result<patterns::FilterPolicy> filter = patterns::FilterPolicy::Parse(*policy, FilterScopeOf(subscription));
    if (filter.ok()) subscription.filter = *std::move(filter);
  }
  subscription.dead_letter_queue.reset();
  if (const std::string* redrive = Stored(subscription, "RedrivePolicy")) {
    const Json policy = ParseJsonText(*redrive);
    if (policy.is_object()) subscription.dead_letter_queue = Arn::Parse(policy.value("deadLetterTargetArn", ""));
  }
}

Result<void> SetAttribute(Subscription& subscription, const Topic& topic, std::string_view name,
                          const std::string& value, bool subscribing) {
  if (std::find(kSubscriptionAttributes.begin(), kSubscriptionAttributes.end(), name) ==
      kSubscriptionAttributes.end()) {
    if (subscribing) return InvalidParameter("Attributes", fmt::format("Unknown attribute {}", name));
    return InvalidParameter("AttributeName");
  }
  Result<std::string> checked = CheckValue(subscription, topic, name, value);
  if (!checked.ok()) {
    AwsError error = std::move(checked).error();
    const std::string what = std::move(error.message);
    error.message = (subscribing ? InvalidParameter("Attributes", what) : InvalidParameter(what)).message;
    return error;
  }
  if (checked->empty()) {
    subscription.attributes.erase(std::string(name));
  } else {
    subscription.attributes.insert_or_assign(std::string(name), *std::move(checked));
  }
  ParseAttributes(subscription);
  return {};
}

Result<void> SetAttributes(Subscription& subscription, const Topic& topic, const Attributes& given) {
  // What a filter may say depends on its scope.
  if (const auto scope = given.find("FilterPolicyScope"); scope != given.end())
    RETURN_IF_ERROR(SetAttribute(subscription, topic, scope->first, scope->second, true));
  for (const auto& [name, value] : given) {
    if (name != "FilterPolicyScope") RETURN_IF_ERROR(SetAttribute(subscription, topic, name, value, true));
  }
  return {};
}

Attributes VisibleAttributes(const Subscription& subscription, const Topic& topic) {
  Attributes shown = subscription.attributes;
  shown["SubscriptionArn"] = subscription.arn;
  shown["TopicArn"] = subscription.topic_arn;
  shown["Owner"] = subscription.owner.str();
  shown["Protocol"] = subscription.protocol;
  shown["Endpoint"] = subscription.endpoint;
  shown["PendingConfirmation"] = subscription.confirmed ? "false" : "true";
  shown["ConfirmationWasAuthenticated"] = subscription.confirmation_was_authenticated ? "true" : "false";
  shown["RawMessageDelivery"] = subscription.raw ? "true" : "false";
  if (!subscription.principal.empty()) shown["SubscriptionPrincipal"] = subscription.principal;
  if (IsHttp(subscription.protocol)) shown["EffectiveDeliveryPolicy"] = EffectiveDeliveryPolicy(topic, subscription);
  // As recorded: the scope shows with a policy only.
  if (!shown.contains("FilterPolicy")) {
    shown.erase("FilterPolicyScope");
  } else {
    shown.emplace("FilterPolicyScope", "MessageAttributes");
  }
  return shown;
}

}  // namespace stratolite::sns
