#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sns/model.hpp"
#include "sns/topic_store.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::sns {

/// Fills in what follows from the attributes as stored.
void ParseAttributes(Topic& topic);

/// Sets one attribute, checked and as SNS keeps it; an empty value removes what can be removed. `creating`: CreateTopic, which knows FifoTopic and
/// words its errors differently.
Result<void> SetAttribute(Topic& topic, std::string_view name, const std::string& value, bool creating);

/// The value that GetTopicAttributes shows for an attribute that can be set; nullopt: it is not shown.
std::optional<std::string> VisibleAttribute(const Topic& topic, std::string_view name);
/// All of them, with what SNS adds.
Attributes VisibleAttributes(const Topic& topic, const TopicStore::Counts& counts, TimePoint now);

/// Whether a topic for messages over 256 KiB may have so many subscriptions, and one with that protocol.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-large-message-payloads.html
Result<void> CheckLargeMessages(std::string_view protocol, std::int64_t subscriptions);

/// The policy in force: the one that was set, or the owner's.
std::string PolicyOfTopic(const Topic& topic);

}  // namespace stratolite::sns
