#pragma once

#include <functional>
#include <string_view>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::ports {

/// Calls an operation of any service of the world as a client would, through the dispatcher: for universal targets (`aws-sdk:sqs:sendMessage`), enrichments
/// and the like. The world offers it. Thread-safe.
class OperationCaller {
 public:
  struct Request {
    /// The model's name of the service (`sqs`) or the one that SDKs make of its id (`eventbridge`), and the operation, in any case of its first letter.
    std::string_view service;
    std::string_view operation;
    /// The input as JSON with the model's member names, whatever protocol the service speaks: blobs are base64, timestamps seconds or ISO 8601.
    /// Members' names may differ in case. Idempotency tokens that are absent are made up.
    std::string_view input;
    Scope scope;
    auth::Principal caller;
    /// On whose service's behalf (`scheduler.amazonaws.com`): what the handler sees as user agent and source address.
    std::string_view source_service = {};
  };
  using Done = std::function<void(Result<Json>)>;

  virtual ~OperationCaller() = default;
  /// Whether the world's models know the operation; built or not. With an empty operation: the service.
  virtual bool Knows(std::string_view service, std::string_view operation) const = 0;
  /// Decodes and validates the input, runs the operation and calls `done` exactly once, for plain operations before it returns. Errors are what a client
  /// would see (`ValidationException`, `NotImplemented`, the service's own). Not from within a transaction. Blocks.
  virtual void Call(const Request& request, Done done) = 0;
};

}  // namespace stratolite::ports
