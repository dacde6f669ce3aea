#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/runtime/random.hpp"

namespace stratolite::s3 {

enum class TargetKind { kTopic, kQueue, kFunction };
inline constexpr std::array<TargetKind, 3> kTargetKinds = {TargetKind::kTopic, TargetKind::kQueue,
                                                           TargetKind::kFunction};

/// One entry of a bucket's notification configuration: which events go where.
struct Subscription {
  TargetKind kind = TargetKind::kQueue;
  std::string id;
  Arn target;
  /// `s3:ObjectCreated:*`
  std::vector<std::string> events;
  std::string prefix;
  std::string suffix;

  /// `event`: without `s3:`.
  bool Matches(std::string_view event, std::string_view key) const;
};

/// A bucket's notification configuration. Immutable once it is shared.
struct NotificationConfiguration {
  std::vector<Subscription> subscriptions;
  bool event_bridge = false;
  /// As GetBucketNotificationConfiguration answers it.
  Json document = Json::object();
};

/// Checks what PutBucketNotificationConfiguration was sent, but not whether the targets exist: MalformedXML, InvalidArgument. Entries without an id
/// get one.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
Result<NotificationConfiguration> ParseNotificationConfiguration(const Json& input, runtime::Random& random);
/// What was stored as `document`.
NotificationConfiguration RestoreNotificationConfiguration(Json document);

/// How errors call a target of this kind.
std::string_view ArgumentNameOf(TargetKind kind);
std::string_view NounOf(TargetKind kind);

}  // namespace stratolite::s3
