#include "pipes/errors.hpp"

#include <fmt/format.h>

#include "stratolite/base/json.hpp"

namespace stratolite::pipes {
namespace {

AwsError Conflict(std::string_view pipe, std::string message) {
  return {.code = "ConflictException",
          .message = std::move(message),
          .fields = std::make_shared<const Json>(Json{{"resourceId", pipe}, {"resourceType", "Pipe"}})};
}

}  // namespace

AwsError PipeDoesNotExist(std::string_view name) {
  return {.code = "NotFoundException", .message = fmt::format("Pipe {} does not exist.", name)};
}

AwsError PipeExists(std::string_view name) { return Conflict(name, fmt::format("Pipe {} already exists.", name)); }

AwsError PipeIsChanging(std::string_view name) {
  return Conflict(name, fmt::format("Pipe {} is being updated.", name));
}

AwsError ResourceDoesNotExist(std::string_view arn) {
  return {.code = "NotFoundException", .message = fmt::format("Resource {} does not exist.", arn)};
}

AwsError Invalid(std::string message) { return {.code = "ValidationException", .message = std::move(message)}; }

AwsError PartNotImplemented(std::string_view what, std::string_view arn) {
  return {.code = "NotImplemented",
          .message = fmt::format("The pipe's {} {} is of a kind that Stratolite does not implement.", what, arn),
          .http_status = 501};
}

}  // namespace stratolite::pipes
