#include "stratolite/service/errors.hpp"

#include <fmt/format.h>

namespace stratolite {

AwsError NotImplemented(std::string_view service, std::string_view operation) {
  return {.code = "NotImplemented",
          .message = fmt::format("The {} operation {} is not implemented by Stratolite.", service, operation),
          .http_status = 501};
}

AwsError MissingParameter(std::string_view name) {
  return {.code = "MissingParameter", .message = fmt::format("The request must contain the parameter {}.", name)};
}

AwsError InternalFailure() {
  return {.code = "InternalFailure",
          .message = "The request processing has failed because of an unknown error, exception or failure.",
          .http_status = 500};
}

}  // namespace stratolite
