#pragma once

#include <string>
#include <string_view>

#include "sns/model.hpp"
#include "stratolite/base/result.hpp"

/// How SNS posts to HTTP(S) endpoints and how often it tries: `DeliveryPolicy` of topics and subscriptions.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
namespace stratolite::sns {

/// The document as SNS keeps it: members that are null are left out, `disableSubscriptionOverrides` is filled in. Errors are without SNS's prefix
/// (`DeliveryPolicy: http.defaultHealthyRetryPolicy.numRetries must be …`).
Result<std::string> CheckTopicDeliveryPolicy(std::string_view text);
/// The same for a subscription, where SNS writes what was not given as null.
Result<std::string> CheckSubscriptionDeliveryPolicy(std::string_view text);

/// `{"http": {"defaultHealthyRetryPolicy": {…}, "disableSubscriptionOverrides": false, "defaultRequestPolicy": {…}}}`, defaults filled in.
std::string EffectiveDeliveryPolicy(const Topic& topic);
/// `{"healthyRetryPolicy": {…}, "sicklyRetryPolicy": null, "throttlePolicy": {…} or null, "requestPolicy": {"headerContentType": …}, "guaranteed": false}`,
/// every member of the retry policy filled in.
std::string EffectiveDeliveryPolicy(const Topic& topic, const Subscription& subscription);

}  // namespace stratolite::sns
