#pragma once

#include <string>
#include <string_view>

#include "sns/model.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::sns {

/// Fills in what follows from the attributes as stored.
void ParseAttributes(Subscription& subscription);

/// Sets one attribute, checked and as SNS keeps it; an empty value removes what can be removed. `topic` is the subscription's. Whether another queue
/// exists is not looked at. `subscribing`: Subscribe, which words its errors differently.
Result<void> SetAttribute(Subscription& subscription, const Topic& topic, std::string_view name,
                          const std::string& value, bool subscribing);
/// All of Subscribe's, whatever order they come in.
Result<void> SetAttributes(Subscription& subscription, const Topic& topic, const Attributes& given);

/// What GetSubscriptionAttributes shows.
Attributes VisibleAttributes(const Subscription& subscription, const Topic& topic);

}  // namespace stratolite::sns
