#include "events/api_destination_answers.hpp"

#include <optional>
#include <utility>

#include "events/api_destination_request.hpp"
#include "events/destination_store.hpp"
#include "events/errors.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {

void ApiDestinationAnswers::Invoke(const Arn& destination, const std::string& body, const Json& http_parameters,
                                   ports::HttpClient::Done done) {
  struct Found {
    std::optional<ApiDestination> destination;
    std::optional<Connection> connection;
  };
  const Found found = deps_.db.Read([&](storage::Reader& reader) {
    Found at_hand{destination_store::FindDestination(reader, destination), {}};
    if (at_hand.destination)
      at_hand.connection = destination_store::FindConnection(reader, at_hand.destination->connection_arn);
    return at_hand;
  });
  if (!found.destination) return done(ApiDestinationNotFound(destination.ToString()));
  if (!found.connection || found.connection->auth.empty())
    return done(AwsError{.code = "NotAuthorized", .message = "The connection is not authorized."});
  auto* const client = deps_.ports.Find<ports::HttpClient>();
  if (client == nullptr) return done(AwsError{.code = "Unreachable", .message = "Nothing is called from here."});
  Delivery delivery;
  delivery.target = destination;
  delivery.body = body;
  delivery.parameters = {{"HttpParameters", http_parameters}};
  const bool has_token = !found.connection->token.empty() && found.connection->token_expires_at > deps_.clock.Now();
  if (!found.connection->oauth() || has_token)
    return client->Send(ApiDestinationRequest(*found.destination, *found.connection, delivery), std::move(done));
  authorizer_.Fetch(*found.connection, [client, delivery, to = *found.destination,
                                        done = std::move(done)](const Result<Connection>& authorized) {
    if (!authorized.ok()) return done(authorized.error());
    client->Send(ApiDestinationRequest(to, *authorized, delivery), done);
  });
}

}  // namespace stratolite::events
