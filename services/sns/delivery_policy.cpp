#include "sns/delivery_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "sns/errors.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::sns {
namespace {

struct RetryMember {
  std::string_view name;
  std::int64_t min;
  std::int64_t max;
  std::int64_t fallback;
  bool required;
};
/// In the order in which SNS writes them.
constexpr std::array kRetryMembers = {
    RetryMember{"minDelayTarget", 1, 3600, 20, true},   RetryMember{"maxDelayTarget", 1, 3600, 20, true},
    RetryMember{"numRetries", 0, 100, 3, true},         RetryMember{"numMaxDelayRetries", 0, 100, 0, false},
    RetryMember{"numNoDelayRetries", 0, 100, 0, false}, RetryMember{"numMinDelayRetries", 0, 100, 0, false},
};
constexpr std::array<std::string_view, 4> kBackoffFunctions = {"arithmetic", "exponential", "geometric", "linear"};
constexpr std::array<std::string_view, 13> kContentTypes = {
    "application/atom+xml",
    "application/json",
    "application/octet-stream",
    "application/soap+xml",
    "application/x-www-form-urlencoded",
    "application/xhtml+xml",
    "application/xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/plain",
    "text/xml",
    "text/plain; charset=UTF-8",
};
constexpr std::string_view kDefaultRequestPolicy = R"({"headerContentType":"text/plain; charset=UTF-8"})";

AwsError Refuse(std::string what) { return InvalidParameterText("DeliveryPolicy: " + std::move(what)); }

template <std::size_t N>
Result<void> CheckMembers(const Json& object, const std::array<std::string_view, N>& known) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      return Refuse(fmt::format("Unexpected JSON member: {}", name));
  }
  return {};
}

Result<void> CheckNumber(const Json& object, std::string_view path, const RetryMember& member) {
  const auto found = object.find(member.name);
  if (found == object.end() || found->is_null()) {
    if (member.required) return Refuse(fmt::format("{}.{} must be specified", path, member.name));
    return {};
  }
  if (!found->is_number_integer()) return Refuse(fmt::format("{}.{} must be an integer", path, member.name));
  const auto number =
      found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX ? INT64_MAX : found->get<std::int64_t>();
  if (number < member.min)
    return Refuse(fmt::format("{}.{} must be greater than or equal to {}", path, member.name, member.min));
  if (number > member.max)
    return Refuse(fmt::format("{}.{} must be less than or equal to {}", path, member.name, member.max));
  return {};
}

Result<void> CheckRetryPolicy(const Json& policy, std::string_view path) {
  if (policy.is_null()) return {};
  if (!policy.is_object()) return Refuse(fmt::format("{} must be a JSON object", path));
  static constexpr std::array<std::string_view, 7> kKnown = {
      "minDelayTarget",    "maxDelayTarget",     "numRetries",     "numMaxDelayRetries",
      "numNoDelayRetries", "numMinDelayRetries", "backoffFunction"};
  RETURN_IF_ERROR(CheckMembers(policy, kKnown));
  for (const RetryMember& member : kRetryMembers) RETURN_IF_ERROR(CheckNumber(policy, path, member));
  const auto number = [&](const char* name) -> std::int64_t {
    const auto found = policy.find(name);
    return found == policy.end() || found->is_null() ? 0 : found->get<std::int64_t>();
  };
  if (number("maxDelayTarget") < number("minDelayTarget")) {
    return Refuse(fmt::format("{0}.maxDelayTarget must be greater than or equal to {0}.minDelayTarget", path));
  }
  if (number("numNoDelayRetries") + number("numMinDelayRetries") + number("numMaxDelayRetries") >
      number("numRetries")) {
    return Refuse(
        fmt::format("{0}.numRetries must be greater than or equal to total of {0}.numMinDelayRetries, "
                    "{0}.numNoDelayRetries and {0}.numMaxDelayRetries",
                    path));
  }
  const auto backoff = policy.find("backoffFunction");
  if (backoff != policy.end() && !backoff->is_null() &&
      (!backoff->is_string() || std::find(kBackoffFunctions.begin(), kBackoffFunctions.end(),
                                          backoff->get_ref<const std::string&>()) == kBackoffFunctions.end())) {
    return Refuse(fmt::format("{}.backoffFunction must be one of arithmetic, exponential, geometric or linear", path));
  }
  return {};
}

Result<void> CheckThrottlePolicy(const Json& policy, std::string_view path) {
  if (policy.is_null()) return {};
  if (!policy.is_object()) return Refuse(fmt::format("{} must be a JSON object", path));
  static constexpr std::array<std::string_view, 1> kKnown = {"maxReceivesPerSecond"};
  RETURN_IF_ERROR(CheckMembers(policy, kKnown));
  return CheckNumber(policy, path, {"maxReceivesPerSecond", 1, INT64_MAX, 0, false});
}

Result<void> CheckRequestPolicy(const Json& policy, std::string_view path) {
  if (policy.is_null()) return {};
  if (!policy.is_object()) return Refuse(fmt::format("{} must be a JSON object", path));
  static constexpr std::array<std::string_view, 1> kKnown = {"headerContentType"};
  RETURN_IF_ERROR(CheckMembers(policy, kKnown));
  const Json type = policy.value("headerContentType", Json());
  if (type.is_null()) return {};
  if (!type.is_string() || std::find(kContentTypes.begin(), kContentTypes.end(), type.get_ref<const std::string&>()) ==
                               kContentTypes.end()) {
    return Refuse(fmt::format("{}.headerContentType is not a supported content type", path));
  }
  return {};
}

const Json& Member(const Json& object, const char* name) {
  static const Json kNull;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : kNull;
}

/// The members that were given, in SNS's order; `fill`: with defaults for the others.
std::string RetryText(const Json& policy, bool fill) {
  std::string text = "{";
  const auto add = [&text](std::string_view name, std::string_view value) {
    text += fmt::format(R"({}"{}":{})", text.size() > 1 ? "," : "", name, value);
  };
  for (const RetryMember& member : kRetryMembers) {
    const Json& value = Member(policy, member.name.data());
    if (!value.is_null()) add(member.name, value.dump());
    if (value.is_null() && fill) add(member.name, fmt::format("{}", member.fallback));
  }
  const Json& backoff = Member(policy, "backoffFunction");
  if (!backoff.is_null()) add("backoffFunction", backoff.dump());
  if (backoff.is_null() && fill) add("backoffFunction", R"("linear")");
  return text + "}";
}

Result<Json> ParsePolicy(std::string_view text) {
  Json policy = ParseJsonText(text);
  if (!policy.is_object()) return Refuse("failed to parse JSON.");
  return policy;
}

Json StoredPolicy(const Attributes& attributes) {
  const auto found = attributes.find("DeliveryPolicy");
  return found == attributes.end() ? Json() : ParseJsonText(found->second);
}

struct TopicPolicy {
  Json retries;
  Json throttle;
  Json request;
  bool no_overrides = false;
};

TopicPolicy PolicyOf(const Topic& topic) {
  const Json policy = StoredPolicy(topic.attributes);
  const Json& http = Member(policy, "http");
  return {.retries = Member(http, "defaultHealthyRetryPolicy"),
          .throttle = Member(http, "defaultThrottlePolicy"),
          .request = Member(http, "defaultRequestPolicy"),
          .no_overrides = Member(http, "disableSubscriptionOverrides") == true};
}

std::string RequestText(const Json& policy) {
  return Member(policy, "headerContentType").is_null() ? std::string(kDefaultRequestPolicy) : policy.dump();
}

}  // namespace

Result<std::string> CheckTopicDeliveryPolicy(std::string_view text) {
  ASSIGN_OR_RETURN(const Json policy, ParsePolicy(text));
  static constexpr std::array<std::string_view, 1> kOuter = {"http"};
  RETURN_IF_ERROR(CheckMembers(policy, kOuter));
  const Json& http = Member(policy, "http");
  if (!http.is_object()) return Refuse("http must be specified");
  static constexpr std::array<std::string_view, 5> kInner = {"defaultHealthyRetryPolicy", "defaultSicklyRetryPolicy",
                                                             "defaultThrottlePolicy", "defaultRequestPolicy",
                                                             "disableSubscriptionOverrides"};
  RETURN_IF_ERROR(CheckMembers(http, kInner));
  RETURN_IF_ERROR(CheckRetryPolicy(Member(http, kInner[0].data()), "http.defaultHealthyRetryPolicy"));
  RETURN_IF_ERROR(CheckRetryPolicy(Member(http, kInner[1].data()), "http.defaultSicklyRetryPolicy"));
  RETURN_IF_ERROR(CheckThrottlePolicy(Member(http, kInner[2].data()), "http.defaultThrottlePolicy"));
  RETURN_IF_ERROR(CheckRequestPolicy(Member(http, kInner[3].data()), "http.defaultRequestPolicy"));
  const Json& overrides = Member(http, "disableSubscriptionOverrides");
  if (!overrides.is_null() && !overrides.is_boolean())
    return Refuse("http.disableSubscriptionOverrides must be a boolean");

  std::string kept = R"({"http":{)";
  if (const Json& retries = Member(http, kInner[0].data()); !retries.is_null())
    kept += fmt::format(R"("defaultHealthyRetryPolicy":{},)", RetryText(retries, false));
  if (const Json& retries = Member(http, kInner[1].data()); !retries.is_null())
    kept += fmt::format(R"("defaultSicklyRetryPolicy":{},)", RetryText(retries, false));
  kept += fmt::format(R"("disableSubscriptionOverrides":{})", overrides == true);
  for (const std::string_view name : {kInner[2], kInner[3]}) {
    if (const Json& part = Member(http, name.data()); !part.is_null())
      kept += fmt::format(R"(,"{}":{})", name, part.dump());
  }
  return kept + "}}";
}

Result<std::string> CheckSubscriptionDeliveryPolicy(std::string_view text) {
  ASSIGN_OR_RETURN(const Json policy, ParsePolicy(text));
  static constexpr std::array<std::string_view, 5> kKnown = {"healthyRetryPolicy", "sicklyRetryPolicy",
                                                             "throttlePolicy", "requestPolicy", "guaranteed"};
  RETURN_IF_ERROR(CheckMembers(policy, kKnown));
  const Json& healthy = Member(policy, "healthyRetryPolicy");
  const Json& sickly = Member(policy, "sicklyRetryPolicy");
  RETURN_IF_ERROR(CheckRetryPolicy(healthy, "healthyRetryPolicy"));
  RETURN_IF_ERROR(CheckRetryPolicy(sickly, "sicklyRetryPolicy"));
  RETURN_IF_ERROR(CheckThrottlePolicy(Member(policy, "throttlePolicy"), "throttlePolicy"));
  RETURN_IF_ERROR(CheckRequestPolicy(Member(policy, "requestPolicy"), "requestPolicy"));
  const Json& guaranteed = Member(policy, "guaranteed");
  if (!guaranteed.is_null() && !guaranteed.is_boolean()) return Refuse("guaranteed must be a boolean");
  const auto retries = [](const Json& part) { return part.is_null() ? std::string("null") : RetryText(part, false); };
  return fmt::format(
      R"({{"healthyRetryPolicy":{},"sicklyRetryPolicy":{},"throttlePolicy":{},"requestPolicy":{},"guaranteed":{}}})",
      retries(healthy), retries(sickly), Member(policy, "throttlePolicy").dump(),
      Member(policy, "requestPolicy").dump(), guaranteed == true);
}

std::string EffectiveDeliveryPolicy(const Topic& topic) {
  const TopicPolicy policy = PolicyOf(topic);
  std::string text = fmt::format(R"({{"http":{{"defaultHealthyRetryPolicy":{},"disableSubscriptionOverrides":{})",
                                 RetryText(policy.retries, true), policy.no_overrides);
  if (!policy.throttle.is_null()) text += fmt::format(R"(,"defaultThrottlePolicy":{})", policy.throttle.dump());
  return text + fmt::format(R"(,"defaultRequestPolicy":{}}}}})", RequestText(policy.request));
}

std::string EffectiveDeliveryPolicy(const Topic& topic, const Subscription& subscription) {
  const TopicPolicy defaults = PolicyOf(topic);
  const Json own = defaults.no_overrides ? Json() : StoredPolicy(subscription.attributes);
  const auto either = [&](const char* name, const Json& fallback) -> const Json& {
    const Json& given = Member(own, name);
    return given.is_null() ? fallback : given;
  };
  const Json& request = either("requestPolicy", defaults.request);
  return fmt::format(
      R"({{"healthyRetryPolicy":{},"sicklyRetryPolicy":null,"throttlePolicy":{},"requestPolicy":{},"guaranteed":false}})",
      RetryText(either("healthyRetryPolicy", defaults.retries), true),
      either("throttlePolicy", defaults.throttle).dump(), RequestText(request));
}

}  // namespace stratolite::sns
