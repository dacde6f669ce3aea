#pragma once

#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/ports/http_client.hpp"

namespace stratolite::ports {

/// API destinations for those who need the endpoint's answer: pipes. EventBridge offers it: `deps.events.FindTarget(destination ARN)` before asking the
/// registry makes sure that it was made. Thread-safe.
class ApiDestinations {
 public:
  virtual ~ApiDestinations() = default;
  /// Calls the destination's endpoint once, with the authorization of its connection; `http_parameters` as PutTargets takes them. `done` is called exactly
  /// once: with the answer whatever its status, or with an error of HttpClient's or `ResourceNotFoundException`. Not from within a transaction. Blocks.
  virtual void Invoke(const Arn& destination, const std::string& body, const Json& http_parameters,
                      HttpClient::Done done) = 0;
};

}  // namespace stratolite::ports
