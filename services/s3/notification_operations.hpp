#pragma once

#include "s3/notification_configuration.hpp"
#include "s3/parts.hpp"

namespace stratolite::s3 {

/// PutBucketNotificationConfiguration and GetBucketNotificationConfiguration. Thread-safe. Blocks.
class NotificationOperations {
 public:
  explicit NotificationOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> PutBucketNotificationConfiguration(const Call& call);
  Result<Json> GetBucketNotificationConfiguration(const Call& call);

  /// NotImplemented for targets of services that are not built.
  Result<void> CheckBuilt(const Bucket& bucket, const NotificationConfiguration& configuration);
  Result<void> CheckTargets(const Bucket& bucket, const NotificationConfiguration& configuration);

  Parts& parts_;
};

}  // namespace stratolite::s3
