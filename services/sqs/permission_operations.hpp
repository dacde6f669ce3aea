#pragma once

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// AddPermission and RemovePermission: statements of the queue's policy, by label. Everything given must outlive it. Thread-safe. Blocks.
class PermissionOperations {
 public:
  PermissionOperations(const ServiceDeps& deps, QueueStore& queues) : deps_(deps), queues_(queues) {}

  Result<Json> AddPermission(const Call& call);
  Result<Json> RemovePermission(const Call& call);

 private:
  /// Lets `edit` change the policy of the call's queue; an edit that leaves no statement removes the policy.
  template <typename Edit>
  Result<Json> EditPolicy(const Call& call, const Queue& found, Edit edit);

  const ServiceDeps deps_;
  QueueStore& queues_;
};

}  // namespace stratolite::sqs
