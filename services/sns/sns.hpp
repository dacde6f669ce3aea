#pragma once

#include <memory>

#include "sns/topic_summary_store.hpp"
#include "stratolite/service/service.hpp"

/// Amazon Simple Notification Service: all 42 operations, standard and FIFO topics.
///
/// The store is the truth about topics, subscriptions and what is on its way; memory holds caches of topics. Messages for people end in the world's outbox.
/// Topic policies are kept and not enforced, KMS keys named and not used, delivery status logs not written.
namespace stratolite::sns {

/// `deps` must outlive the service. The service is Thread-safe.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

/// SNS words its own parameter errors; the model has hardly any constraints.
inline constexpr ServiceDescriptor kDescriptor{
    .name = "sns", .make = &MakeService, .validates_input = false, .describe = &DescribeTopics};

}  // namespace stratolite::sns
