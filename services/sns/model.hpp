#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/patterns/filter_policy.hpp"

namespace stratolite::sns {

using TopicId = std::int64_t;
using SubscriptionId = std::int64_t;
using Attributes = std::map<std::string, std::string, std::less<>>;
inline constexpr std::int64_t kDefaultMaxMessageBytes = 262'144;

/// One subscription as it was at one commit. Immutable once it is shared.
struct Subscription {
  SubscriptionId id = 0;
  TopicId topic = 0;
  std::string arn;
  std::string topic_arn;
  AccountId owner;
  /// `sqs`, `http`, `https`, `email`, `email-json`, `sms`, `lambda`, `application`, `firehose`.
  std::string protocol;
  std::string endpoint;
  bool confirmed = false;
  /// ConfirmSubscription's, also of those that are confirmed.
  std::string token;
  /// Who subscribed: `arn:aws:iam::123456789012:user/alice`.
  std::string principal;
  /// The call that confirmed it was signed.
  bool confirmation_was_authenticated = false;
  /// Unsubscribing then needs a signature.
  bool authenticate_on_unsubscribe = false;
  /// As set by Subscribe and SetSubscriptionAttributes; defaults are not in it.
  Attributes attributes;
  TimePoint created_at;

  /// Parsed from `attributes`.
  bool raw = false;
  std::optional<patterns::FilterPolicy> filter;
  std::optional<Arn> dead_letter_queue;
};
using SubscriptionPtr = std::shared_ptr<const Subscription>;

/// One topic with its subscriptions as they were at one commit. Immutable once it is shared.
struct Topic {
  TopicId id = 0;
  /// Grows with every change of the topic or of its subscriptions.
  std::int64_t version = 0;
  Scope scope;
  std::string name;
  std::string arn;
  /// As set by CreateTopic and SetTopicAttributes; defaults are not in it.
  Attributes attributes;
  Attributes tags;
  TimePoint created_at;
  /// How many subscriptions there were that are no more.
  std::int64_t subscriptions_deleted = 0;
  /// Those that are confirmed, in the order they were made: who a message goes to.
  std::vector<SubscriptionPtr> subscriptions;

  /// Parsed from `attributes`.
  bool fifo = false;
  bool content_based_deduplication = false;
  /// FifoThroughputScope MessageGroup: duplicates are looked for within a group.
  bool deduplicates_per_group = false;
  /// 1 or 2.
  int signature_version = 1;
  /// Days that messages are kept for replay; 0: not at all.
  int archive_days = 0;
  /// MaximumMessageSize: of a message with its attributes.
  std::int64_t max_message_bytes = kDefaultMaxMessageBytes;
};
using TopicPtr = std::shared_ptr<const Topic>;

}  // namespace stratolite::sns
