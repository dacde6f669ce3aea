#include "s3/notification_operations.hpp"

#include <fmt/format.h>

#include "s3/bucket_access.hpp"
#include "s3/errors.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

/// One error for all targets that cannot be sent to: ArgumentName1, ArgumentValue1, ArgumentName2, …
AwsError InvalidDestinations(const std::vector<std::pair<std::string, std::string>>& reasons) {
  AwsError error = MakeError("InvalidArgument", "Unable to validate the following destination configurations", 400);
  Json fields = Json::object();
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    fields[fmt::format("ArgumentName{}", i + 1)] = reasons[i].first;
    fields[fmt::format("ArgumentValue{}", i + 1)] = reasons[i].second;
  }
  error.fields = std::make_shared<const Json>(std::move(fields));
  return error;
}

AwsError TargetNotBuilt(std::string_view what) {
  return MakeError("NotImplemented", fmt::format("Notifications to {} are not implemented by Stratolite.", what), 501);
}

}  // namespace

void NotificationOperations::Register(OperationTable& operations) {
  operations
      .Add("PutBucketNotificationConfiguration", this, &NotificationOperations::PutBucketNotificationConfiguration)
      .partial_note = "queues, topics and EventBridge; functions are refused";
  operations.Add("GetBucketNotificationConfiguration", this,
                 &NotificationOperations::GetBucketNotificationConfiguration);
}

Result<Json> NotificationOperations::PutBucketNotificationConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  const Fields in(call.input);
  if (!in.Has("NotificationConfiguration")) return MalformedXml();
  ASSIGN_OR_RETURN(const NotificationConfiguration configuration,
                   ParseNotificationConfiguration(in.Object("NotificationConfiguration"), parts_.deps.random));
  RETURN_IF_ERROR(CheckBuilt(*bucket, configuration));
  const bool skip = in.BoolOr("SkipDestinationValidation", false);
  if (!skip) RETURN_IF_ERROR(CheckTargets(*bucket, configuration));
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!parts_.buckets.Exists(txn, bucket->id)) return NoSuchBucket(bucket->name);
    parts_.notifications.Configure(txn, *bucket, configuration);
    if (!skip) parts_.notifications.AnnounceTest(txn, call, *bucket, configuration);
    return Json::object();
  });
}

Result<Json> NotificationOperations::GetBucketNotificationConfiguration(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  return parts_.deps.db.Read(
      [&](storage::Reader& reader) { return parts_.notifications.Document(reader, bucket->id); });
}

Result<void> NotificationOperations::CheckBuilt(const Bucket& bucket, const NotificationConfiguration& configuration) {
  for (const Subscription& subscription : configuration.subscriptions) {
    if (parts_.deps.events.FindTarget(subscription.target) != nullptr) continue;
    return TargetNotBuilt(subscription.kind == TargetKind::kTopic      ? "SNS topics"
                          : subscription.kind == TargetKind::kFunction ? "Lambda functions"
                                                                       : "SQS queues");
  }
  if (configuration.event_bridge && parts_.deps.events.FindTarget(Notifications::EventBusOf(bucket)) == nullptr)
    return TargetNotBuilt("EventBridge");
  return {};
}

Result<void> NotificationOperations::CheckTargets(const Bucket& bucket,
                                                  const NotificationConfiguration& configuration) {
  std::vector<std::pair<std::string, std::string>> reasons;
  for (const Subscription& subscription : configuration.subscriptions) {
    const std::string arn = subscription.target.ToString();
    if (subscription.target.region != bucket.region.str()) {
      return InvalidArgument(
          "The notification destination service region is not valid for the bucket location constraint",
          ArgumentNameOf(subscription.kind), arn);
    }
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html: no FIFO queues, no FIFO topics.
    if (arn.ends_with(".fifo")) {
      reasons.emplace_back(arn, fmt::format("FIFO {}s are not supported as destinations", NounOf(subscription.kind)));
      continue;
    }
    DeliveryTarget* const target = parts_.deps.events.FindTarget(subscription.target);
    if (!target->CheckTarget(subscription.target).ok()) {
      reasons.emplace_back(arn, fmt::format("The destination {} does not exist", NounOf(subscription.kind)));
    }
  }
  if (!reasons.empty()) return InvalidDestinations(reasons);
  return {};
}

}  // namespace stratolite::s3
