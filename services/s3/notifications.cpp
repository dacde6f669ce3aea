#include "s3/notifications.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "s3/event_bridge_events.hpp"
#include "s3/notification_configuration.hpp"
#include "s3/own_calls.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/wire/host_id.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kNotificationKind = "notification";
constexpr std::string_view kSourceService = "s3.amazonaws.com";
constexpr std::string_view kTransitionEvent = "LifecycleTransition";
constexpr std::string_view kRestoreEvents = "ObjectRestore:";
constexpr std::string_view kTraceHeader = "X-Amzn-Trace-Id";
/// Configurations (and the knowledge that there is none) kept in memory; beyond it all are forgotten.
constexpr std::size_t kMaxCached = 10'000;

/// Tags, ACLs and locks do not make another object: the events about them say only which it is.
bool LeavesObject(std::string_view event) {
  return event.starts_with("ObjectTagging:") || event.starts_with("ObjectAcl:") ||
         event.starts_with("ObjectRetention:");
}

/// Keys come encoded as forms are: `red flower.jpg` is `red+flower.jpg`.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
std::string EncodeEventKey(std::string_view key) {
  std::string encoded = PercentEncode(key, /*keep_slash=*/true);
  std::string out;
  out.reserve(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded.compare(i, 3, "%20") == 0) {
      out += '+';
      i += 2;
    } else if (encoded[i] == '~') {
      out += "%7E";
    } else {
      out += encoded[i];
    }
  }
  return out;
}

/// Fourteen letters and digits that stand for an account, as AWS's customer ids do.
std::string CustomerId(const AccountId& account) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const Sha256Digest digest = Sha256("s3 customer " + account.str());
  std::string id = "A";
  for (std::size_t i = 0; i < 13; ++i) id += kAlphabet[digest[i] & 31];
  return id;
}

std::string PrincipalId(const auth::Principal& caller) {
  switch (caller.type) {
    case auth::PrincipalType::kAnonymous:
      return "Anonymous";
    case auth::PrincipalType::kRoot:
      return CustomerId(caller.account);
    case auth::PrincipalType::kService:
      return caller.arn;
    default:
      return "AWS:" + caller.user_id;
  }
}

Json ObjectOf(const Object& object, std::string_view event, std::string_view sequencer) {
  Json shown = {{"key", EncodeEventKey(object.key)}};
  if (object.version_id != kNullVersion) shown["versionId"] = object.version_id;
  if (LeavesObject(event)) {
    shown["eTag"] = object.etag;
    return shown;
  }
  shown["sequencer"] = sequencer;
  if (event == "ObjectRemoved:Delete" || event == "LifecycleExpiration:Delete") return shown;
  if (event == "ObjectRemoved:DeleteMarkerCreated" || event == "LifecycleExpiration:DeleteMarkerCreated") {
    shown["eTag"] = Md5Hex("");
    return shown;
  }
  shown["eTag"] = object.etag;
  shown["size"] = object.size;
  return shown;
}

/// Restored copies come and go in the customer's name.
void AddRestoreData(Json& record, const Call& call, const Bucket& bucket, const Object& object,
                    std::string_view event) {
  if (IsOwnCall(call)) record["userIdentity"]["principalId"] = "AmazonCustomer:" + CustomerId(bucket.account);
  if (event != "ObjectRestore:Completed") return;
  record["glacierEventData"]["restoreEventData"] = {
      {"lifecycleRestorationExpiryTime", FormatIso8601(object.details.restoration->expires, /*always_millis=*/true)},
      {"lifecycleRestoreStorageClass", object.storage_class}};
}

/// Events that came with version 2.3 of the record.
bool IsOfVersion23(std::string_view event) { return LeavesObject(event) || event.starts_with("Lifecycle"); }

}  // namespace

void Notifications::Announce(storage::Txn& txn, const Call& call, const Bucket& bucket, const Object& object,
                             std::string_view event, const Json& replication) {
  const ConfigurationPtr configuration = Cached(txn, bucket.id);
  if (configuration == nullptr) return;
  const TimePoint now = deps_.clock.Now();
  std::string sequencer;
  for (const Subscription& subscription : configuration->subscriptions) {
    if (!subscription.Matches(event, object.key)) continue;
    if (sequencer.empty()) sequencer = NextSequencer(now);
    Json record = {
        {"eventVersion", IsOfVersion23(event) ? "2.3" : "2.1"},
        {"eventSource", "aws:s3"},
        {"awsRegion", bucket.region.str()},
        {"eventTime", FormatIso8601(now, /*always_millis=*/true)},
        {"eventName", event},
        {"userIdentity", {{"principalId", PrincipalId(call.caller)}}},
        {"requestParameters", {{"sourceIPAddress", call.source_ip}}},
        {"responseElements", {{"x-amz-request-id", call.request_id}, {"x-amz-id-2", wire::HostIdOf(call.request_id)}}},
        {"s3",
         {{"s3SchemaVersion", "1.0"},
          {"configurationId", subscription.id},
          {"bucket",
           {{"name", bucket.name},
            {"ownerIdentity", {{"principalId", CustomerId(bucket.account)}}},
            {"arn", ArnOf(bucket).ToString()}}},
          {"object", ObjectOf(object, event, sequencer)}}},
    };
    if (event == kTransitionEvent) {
      record["lifecycleEventData"] = {{"transitionEventData", {{"destinationStorageClass", object.storage_class}}}};
    }
    if (event.starts_with(kRestoreEvents)) AddRestoreData(record, call, bucket, object, event);
    if (!replication.is_null()) {
      record["eventVersion"] = "2.2";
      record["replicationEventData"] = replication;
    }
    Send(txn, call, bucket, subscription.target, Json{{"Records", Json::array({std::move(record)})}}.dump());
  }
  if (!configuration->event_bridge) return;
  if (sequencer.empty()) sequencer = NextSequencer(now);
  const Json envelope = EventBridgeEvent(call, bucket, object, event, sequencer, now);
  if (!envelope.is_null()) Send(txn, call, bucket, EventBusOf(bucket), envelope.dump());
}

void Notifications::AnnounceTest(storage::Txn& txn, const Call& call, const Bucket& bucket,
                                 const NotificationConfiguration& configuration) {
  const Json message = {{"Service", "Amazon S3"},
                        {"Event", "s3:TestEvent"},
                        {"Time", FormatIso8601(deps_.clock.Now(), /*always_millis=*/true)},
                        {"Bucket", bucket.name},
                        {"RequestId", call.request_id},
                        {"HostId", wire::HostIdOf(call.request_id)}};
  for (const Subscription& subscription : configuration.subscriptions) {
    Send(txn, call, bucket, subscription.target, message.dump());
  }
}

Arn Notifications::ArnOf(const Bucket& bucket) {
  return {.partition = std::string(PartitionOf(bucket.region)),
          .service = "s3",
          .region = {},
          .account = {},
          .resource = bucket.name};
}

Arn Notifications::EventBusOf(const Bucket& bucket) {
  return MakeArn("events", {bucket.account, bucket.region}, "event-bus/default");
}

void Notifications::Send(storage::Txn& txn, const Call& call, const Bucket& bucket, const Arn& target,
                         std::string body) {
  Delivery delivery{
      .target = target,
      .source_service = std::string(kSourceService),
      .source_arn = ArnOf(bucket),
      .source_account = bucket.account,
      .body = std::move(body),
      .order_key = fmt::format("s3.{}", bucket.id),
      .trace_header = call.headers == nullptr ? std::string() : std::string(call.headers->Get(kTraceHeader))};
  if (target.service == "sns") delivery.parameters = {{"Subject", "Amazon S3 Notification"}};
  deps_.events.Announce(txn, delivery);
}

/// AWS's are the second and a number within it, in hex: later ones of a key compare greater.
std::string Notifications::NextSequencer(TimePoint now) {
  const std::scoped_lock lock(mutex_);
  constexpr std::int64_t kPerSecond = 1'000'000;
  last_sequencer_ = std::max(last_sequencer_ + 1, std::int64_t{now.time_since_epoch().count()});
  return fmt::format("{:010X}{:08X}", last_sequencer_ / kPerSecond, last_sequencer_ % kPerSecond);
}

void Notifications::Configure(storage::Txn& txn, const Bucket& bucket, const NotificationConfiguration& configuration) {
  if (configuration.document.empty()) {
    buckets_.RemoveDocument(txn, bucket, kNotificationKind);
  } else {
    buckets_.SetDocument(txn, bucket, kNotificationKind, configuration.document);
  }
  txn.OnCommit([this, id = bucket.id] { Invalidate(id); });
}

Json Notifications::Document(storage::Reader& reader, BucketId bucket) {
  return buckets_.Document(reader, bucket, kNotificationKind).value_or(Json::object());
}

Notifications::ConfigurationPtr Notifications::Cached(storage::Txn& txn, BucketId bucket) {
  std::uint64_t epoch = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = cache_.find(bucket); found != cache_.end()) return found->second;
    epoch = epoch_;
  }
  ConfigurationPtr configuration;
  if (std::optional<Json> document = buckets_.Document(txn, bucket, kNotificationKind)) {
    configuration =
        std::make_shared<const NotificationConfiguration>(RestoreNotificationConfiguration(*std::move(document)));
  }
  // Not before the commit: this transaction may have read what another of the same commit wrote, and fail with it.
  txn.OnCommit([this, bucket, configuration, epoch] {
    const std::scoped_lock lock(mutex_);
    if (epoch != epoch_) return;
    if (cache_.size() >= kMaxCached) cache_.clear();
    cache_.insert_or_assign(bucket, configuration);
  });
  return configuration;
}

void Notifications::Invalidate(BucketId bucket) {
  const std::scoped_lock lock(mutex_);
  cache_.erase(bucket);
  ++epoch_;
}

void Notifications::Clear() {
  const std::scoped_lock lock(mutex_);
  cache_.clear();
  ++epoch_;
}

}  // namespace stratolite::s3
