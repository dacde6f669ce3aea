#pragma once

#include "sqs/queue_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sqs {

/// `GET /_stratolite/sqs/messages?QueueUrl=…`: what lies in a queue, without receiving it. The queue may also be named by `QueueName`
/// with `AccountId` and `Region`. In flight and delayed messages only with `ShowInvisible=true` and `ShowDelayed=true`.
/// The answer has the form of ReceiveMessage with all attributes, so that tests can read either.
Result<Json> InspectMessages(const ServiceDeps& deps, QueueStore& queues, const Service::AdminRequest& request);

}  // namespace stratolite::sqs
