#include "scheduler/errors.hpp"

#include <fmt/format.h>

#include "scheduler/model.hpp"

namespace stratolite::scheduler {
namespace {

AwsError NotFound(std::string message) { return {.code = "ResourceNotFoundException", .message = std::move(message)}; }
AwsError Conflict(std::string message) { return {.code = "ConflictException", .message = std::move(message)}; }

}  // namespace

AwsError Invalid(std::string message) { return {.code = "ValidationException", .message = std::move(message)}; }

AwsError ScheduleNotFound(std::string_view name) { return NotFound(fmt::format("Schedule {} does not exist.", name)); }

AwsError ScheduleExists(std::string_view name) { return Conflict(fmt::format("Schedule {} already exists.", name)); }

AwsError GroupNotFound(std::string_view name) {
  return NotFound(fmt::format("Schedule group {} does not exist.", name));
}

AwsError GroupExists(std::string_view name) { return Conflict(fmt::format("Schedule group {} already exists.", name)); }

AwsError DefaultGroupIsFixed() {
  return Invalid(fmt::format("This operation cannot be performed on schedule group {}.", kDefaultGroup));
}

AwsError TooManyGroups() {
  return {.code = "ServiceQuotaExceededException",
          .message = "You have reached the maximum number of schedule groups for this account."};
}

AwsError InvalidExpression(std::string_view expression) {
  return Invalid(fmt::format("Invalid Schedule Expression {}.", expression));
}

AwsError InvalidTimeZone(std::string_view zone) {
  return Invalid(fmt::format("Invalid Schedule Expression Timezone {}.", zone));
}

AwsError InvalidNextToken() { return Invalid("Invalid NextToken."); }

}  // namespace stratolite::scheduler
