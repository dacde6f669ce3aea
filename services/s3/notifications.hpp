#pragma once

#include <string>
#include <string_view>

#include "s3/bucket_store.hpp"
#include "s3/model.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// What a bucket's notification configuration makes of a change: announces it to every configured target whose events and filter match, in the
/// change's own transaction. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
class Notifications {
 public:
  Notifications(const ServiceDeps& deps, BucketStore& buckets) : deps_(deps), buckets_(buckets) {}

  /// `event`: without `s3:`, as `ObjectCreated:Put`. `object` as it is after the change (its id is the sequencer).
  void Announce(storage::Txn& txn, const Call& call, const Bucket& bucket, const Object& object, std::string_view event);

 private:
  const ServiceDeps deps_;
  BucketStore& buckets_;
};

}  // namespace stratolite::s3
