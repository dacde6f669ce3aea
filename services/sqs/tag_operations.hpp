#pragma once

#include "sqs/model.hpp"
#include "sqs/queue_store.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// Tags as given. InvalidParameterValue for keys and values that AWS does not take.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
Result<Attributes> CheckTags(const Json& tags);

/// TagQueue, UntagQueue, ListQueueTags. Everything given must outlive it. Thread-safe. Blocks.
class TagOperations {
 public:
  TagOperations(const ServiceDeps& deps, QueueStore& queues) : deps_(deps), queues_(queues) {}

  Result<Json> TagQueue(const Call& call);
  Result<Json> UntagQueue(const Call& call);
  Result<Json> ListQueueTags(const Call& call);

 private:
  const ServiceDeps deps_;
  QueueStore& queues_;
};

}  // namespace stratolite::sqs
