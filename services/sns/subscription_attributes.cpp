#include "sns/subscription_attributes.hpp"

#include "stratolite/base/json_text.hpp"

namespace stratolite::sns {
namespace {

const std::string* Stored(const Subscription& subscription, std::string_view name) {
  const auto found = subscription.attributes.find(name);
  return found == subscription.attributes.end() ? nullptr : &found->second;
}

patterns::FilterPolicy::Scope FilterScopeOf(const Subscription& subscription) {
  const std::string* scope = Stored(subscription, "FilterPolicyScope");
  return scope && *scope == "MessageBody" ? patterns::FilterPolicy::Scope::kMessageBody
                                          : patterns::FilterPolicy::Scope::kMessageAttributes;
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

}  // namespace stratolite::sns
