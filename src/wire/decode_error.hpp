#pragma once

#include <string>

#include "stratolite/base/result.hpp"

namespace stratolite::wire::internal {

/// What AWS's JSON, CBOR and REST front ends answer when a request does not fit its operation's shapes. HTTP 400.
inline AwsError SerializationError(std::string message) {
  return AwsError{.code = "SerializationException", .message = std::move(message), .http_status = 400};
}

}  // namespace stratolite::wire::internal
