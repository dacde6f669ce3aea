#pragma once

#include <functional>
#include <memory>
#include <string>

#include "events/connection_authorizer.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Events on their way to API destinations: `arn:aws:events:…:api-destination/name/id`. A row is written in the sender's transaction, the call is made after
/// its commit with the authorization of the destination's connection, and the row goes when the endpoint has answered 2xx or has been given up. Tries follow
/// the retry policy, on the world's clock, after 1, 2, 4, … 256 and then 480 seconds, or as long as the endpoint asks for (`Retry-After`); 409, 429, 5xx and
/// no answer are tried again, and 401 and 407 with another OAuth token. At least once, also after kill -9. `authorizer` outlives it. Thread-safe. Blocks.
class ApiDestinationDeliveries {
 public:
  /// Why no further try is made, in the words of EventBridge's dead letters.
  struct GivenUp {
    /// `NO_RESOURCE`, `NO_PERMISSIONS`, `THROTTLING`, `TIMEOUT`, `CONNECTION_FAILURE`, `ERROR_FROM_TARGET`, …
    std::string error_code;
    std::string error_message;
    /// `MaximumRetryAttempts` or `MaximumEventAgeInSeconds`; empty: the error is not one to retry after.
    std::string exhausted_condition;
    int retries = 0;
  };
  /// Fills the dead-letter queue: within the transaction that removes the row. `delivery` is what Enqueue took.
  using OnGivenUp = std::function<void(storage::Txn& txn, const Delivery& delivery, const GivenUp& reason)>;

  ApiDestinationDeliveries(const ServiceDeps& deps, ConnectionAuthorizer& authorizer, OnGivenUp on_given_up);
  ~ApiDestinationDeliveries();
  ApiDestinationDeliveries(const ApiDestinationDeliveries&) = delete;
  ApiDestinationDeliveries& operator=(const ApiDestinationDeliveries&) = delete;

  static bool IsApiDestination(const Arn& arn) { return arn.resource.starts_with("api-destination/"); }
  /// Whether there is such a destination. Not from within a transaction.
  Result<void> CheckTarget(const Arn& target);
  /// To be called by the service's DeliveryTarget. `delivery.body` is the payload; `delivery.parameters` may hold, with the members of PutTargets,
  /// `HttpParameters` and `RetryPolicy` (default: 185 retries in 24 hours), and whatever else `on_given_up` wants back (`DeadLetterConfig`, …).
  /// An error is final: there is no such destination.
  Result<void> Enqueue(storage::Txn& txn, const Delivery& delivery);
  /// Forgets what memory holds (reset).
  void Clear();

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace stratolite::events
