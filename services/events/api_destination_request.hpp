#pragma once

#include <optional>
#include <string>

#include "events/destination_store.hpp"
#include "stratolite/ports/http_client.hpp"

namespace stratolite::events {

/// The HTTP request that brings a delivery to an API destination: the target's parameters, over them the connection's, over them its authorization. Path
/// parameters fill the endpoint's `*` in order. Body parameters become members of a body that is a JSON object.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
ports::HttpClient::Request ApiDestinationRequest(const ApiDestination& destination, const Connection& connection,
                                                 const Delivery& delivery);

/// What an endpoint's answer asks for in `Retry-After`, seconds or a date; nullopt: nothing. Below zero: not to try again.
std::optional<Duration> RetryAfter(const ports::HttpClient::Answer& answer, TimePoint now);

}  // namespace stratolite::events
