#pragma once

#include <memory>

#include "sqs/queue_summary_store.hpp"
#include "stratolite/service/service.hpp"

/// Amazon Simple Queue Service: all 23 operations, standard and FIFO queues.
///
/// The store is the truth about every queue and message; memory holds caches of queues and the receivers that wait.
/// KMS is not consulted (its attributes are kept), and queue policies are kept but not enforced here.
namespace stratolite::sqs {

/// `deps` must outlive the service. The service is Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

/// SQS words its own parameter errors; the model's constraints are not what AWS checks first.
inline constexpr ServiceDescriptor kDescriptor{
    .name = "sqs", .make = &MakeService, .validates_input = false, .describe = &DescribeQueues};

}  // namespace stratolite::sqs
