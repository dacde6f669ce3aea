#pragma once

#include "events/connection_authorizer.hpp"
#include "stratolite/ports/api_destinations.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Single calls to API destinations whose answer somebody waits for. They are neither kept nor repeated, and an endpoint's rate limit does not hold them up.
/// Everything given must outlive it. Thread-safe. Blocks.
class ApiDestinationAnswers final : public ports::ApiDestinations {
 public:
  ApiDestinationAnswers(const ServiceDeps& deps, ConnectionAuthorizer& authorizer)
      : deps_(deps), authorizer_(authorizer) {}

  void Invoke(const Arn& destination, const std::string& body, const Json& http_parameters,
              ports::HttpClient::Done done) override;

 private:
  const ServiceDeps deps_;
  ConnectionAuthorizer& authorizer_;
};

}  // namespace stratolite::events
