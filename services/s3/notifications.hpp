#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "s3/bucket_store.hpp"
#include "s3/model.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

struct NotificationConfiguration;

/// What a bucket's notification configuration makes of a change: announces it to every configured target whose events and filter match, in the
/// change's own transaction, and to the default event bus if it says so. Configurations are kept in memory, so that a bucket without one costs nothing. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
class Notifications {
 public:
  Notifications(const ServiceDeps& deps, BucketStore& buckets) : deps_(deps), buckets_(buckets) {}

  /// `event`: without `s3:`, as `ObjectCreated:Put`. `object` as it is after the change; of a version that was removed for good, as it was before.
  /// `replication`: what an event `Replication:…` says beside that, its `replicationEventData`.
  void Announce(storage::Txn& txn, const Call& call, const Bucket& bucket, const Object& object, std::string_view event,
                const Json& replication = nullptr);
  /// `s3:TestEvent` to every target, which is how S3 finds out whether it may send.
  void AnnounceTest(storage::Txn& txn, const Call& call, const Bucket& bucket,
                    const NotificationConfiguration& configuration);

  /// Replaces the configuration; an empty one removes it.
  void Configure(storage::Txn& txn, const Bucket& bucket, const NotificationConfiguration& configuration);
  /// As GetBucketNotificationConfiguration answers it: an empty object when there is none.
  Json Document(storage::Reader& reader, BucketId bucket);
  /// The default event bus of the bucket's owner.
  static Arn EventBusOf(const Bucket& bucket);
  /// Forgets what memory holds (reset).
  void Clear();

 private:
  using ConfigurationPtr = std::shared_ptr<const NotificationConfiguration>;
  ConfigurationPtr Cached(storage::Txn& txn, BucketId bucket);
  void Invalidate(BucketId bucket);
  void Send(storage::Txn& txn, const Call& call, const Bucket& bucket, const Arn& target, std::string body);
  std::string NextSequencer(TimePoint now);
  static Arn ArnOf(const Bucket& bucket);

  const ServiceDeps deps_;
  BucketStore& buckets_;
  std::mutex mutex_;
  /// Null for buckets without a configuration. Guarded by mutex_.
  std::unordered_map<BucketId, ConfigurationPtr> cache_;
  /// Counts invalidations: what was read before one must not enter the cache after it. Guarded by mutex_.
  std::uint64_t epoch_ = 0;
  /// Microseconds of the last event's. Guarded by mutex_.
  std::int64_t last_sequencer_ = 0;
};

}  // namespace stratolite::s3
