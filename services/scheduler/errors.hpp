#pragma once

#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite::scheduler {

/// Each message once, as EventBridge Scheduler words it.
AwsError Invalid(std::string message);
AwsError ScheduleNotFound(std::string_view name);
AwsError ScheduleExists(std::string_view name);
AwsError GroupNotFound(std::string_view name);
AwsError GroupExists(std::string_view name);
AwsError DefaultGroupIsFixed();
AwsError TooManyGroups();
AwsError InvalidExpression(std::string_view expression);
AwsError InvalidTimeZone(std::string_view zone);
AwsError InvalidNextToken();

}  // namespace stratolite::scheduler
