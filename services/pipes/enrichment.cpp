#include "pipes/enrichment.hpp"

#include <fmt/format.h>

#include <utility>

#include "pipes/errors.hpp"
#include "pipes/queue_events.hpp"
#include "pipes/target_input.hpp"
#include "stratolite/ports/api_destinations.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::pipes {
namespace {

constexpr int kFirstRefusal = 300;

}  // namespace

bool IsApiDestination(const Arn& arn) {
  return arn.service == "events" && arn.resource.starts_with("api-destination/");
}

bool CanEnrich(const ServiceDeps& deps, const Arn& enrichment) {
  if (!IsApiDestination(enrichment) || deps.events.FindTarget(enrichment) == nullptr) return false;
  return deps.ports.Find<ports::ApiDestinations>() != nullptr;
}

void InvokeApiDestination(const ServiceDeps& deps, const Arn& destination, const std::string& body,
                          const Json& http_parameters, std::function<void(Result<std::string>)> done) {
  deps.events.FindTarget(destination);
  auto* const destinations = deps.ports.Find<ports::ApiDestinations>();
  if (destinations == nullptr) return done(PartNotImplemented("API destination", destination.ToString()));
  auto take = [done = std::move(done)](Result<ports::HttpClient::Answer> answer) {
    if (!answer.ok()) return done(std::move(answer).error());
    if (answer->status >= kFirstRefusal)
      return done(AwsError{.code = "EndpointRefused", .message = fmt::format("HTTP status {}", answer->status)});
    done(std::move(answer->body));
  };
  destinations->Invoke(destination, body, http_parameters, std::move(take));
}

void Enrich(const ServiceDeps& deps, const PipePlan& plan, const PipeEvent& event, TimePoint now,
            std::function<void(Result<std::vector<PipeEvent>>)> done) {
  const std::string body =
      plan.enrichment_template ? plan.enrichment_template->Render(event, plan.VariablesAt(now)) : event.text;
  Result<Json> http = FillHttpParameters(Fields(plan.enrichment_parameters()).Object("HttpParameters"), event.view);
  if (!http.ok()) return done(std::move(http).error());
  InvokeApiDestination(deps, *plan.enrichment, body, *http, [done = std::move(done)](Result<std::string> answer) {
    if (!answer.ok()) return done(std::move(answer).error());
    done(ReadEnriched(*answer));
  });
}

}  // namespace stratolite::pipes
