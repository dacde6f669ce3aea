#pragma once

#include "s3/parts.hpp"

namespace stratolite::s3 {

/// PutBucketNotificationConfiguration and GetBucketNotificationConfiguration. Thread-safe. Blocks.
class NotificationOperations {
 public:
  explicit NotificationOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
