#pragma once

#include <string>
#include <string_view>

#include "scheduler/model.hpp"
#include "stratolite/auth/principal.hpp"
#include "stratolite/service/event_router.hpp"

/// What a target gets, and what is said of one that could not be called. All functions: Thread-safe.
namespace stratolite::scheduler {

/// `Input` with its context attributes replaced, else the notification that AWS sends by default.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
std::string InputOf(const Invocation& invocation);

/// To a queue, a topic, a bus: what a templated target is sent.
Delivery DeliveryTo(const Arn& target, const Invocation& invocation);

/// The dead-letter event. `exhausted`: which limit of the retry policy was reached; empty: none, the error was final.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
Delivery DeadLetterTo(const Arn& queue, const Invocation& invocation, const AwsError& error,
                      std::string_view exhausted);

/// Whether the target may do better later: throttled, or broken on its side.
bool MayPass(const AwsError& error);

/// A session of the target's role.
auth::Principal RoleSession(const Invocation& invocation);

}  // namespace stratolite::scheduler
