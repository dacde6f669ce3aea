#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::wire::internal {

/// What a request's head says about its protocol. All functions: Thread-safe.

/// The media type without parameters, compared without case.
bool HasMediaType(const HttpRequest& request, std::string_view type);
/// Kinesis's first binary dialect: JSON 1.1 routing with a CBOR body whose timestamps are in milliseconds.
bool IsAmzCbor(const HttpRequest& request);
/// A parameter of the query string, else of a form body; decoded. nullopt: none.
std::optional<std::string> FormParameter(const HttpRequest& request, std::string_view name);
/// `X-Amz-Target` split at its last dot.
struct Target {
  std::string_view prefix;
  std::string_view operation;
};
std::optional<Target> FindTarget(const HttpRequest& request);
/// `/service/<service>/operation/<operation>`, at the end of any path.
struct RpcPath {
  std::string_view service;
  std::string_view operation;
};
std::optional<RpcPath> FindRpcPath(const HttpRequest& request);

}  // namespace stratolite::wire::internal
