#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pipes/pipe_plan.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// Calls whose answers a pipe waits for. Thread-safe. Blocks, but not for the answer.
namespace stratolite::pipes {

bool IsApiDestination(const Arn& arn);

/// Whether there is something here that can enrich what passes. Not from within a transaction.
bool CanEnrich(const ServiceDeps& deps, const Arn& enrichment);

/// Gives the event to the plan's enrichment and calls `done` exactly once, from any thread, with what comes back in its place; none: the event is dropped.
/// An error: the enrichment failed, nothing is passed on. Not from within a transaction.
void Enrich(const ServiceDeps& deps, const PipePlan& plan, const PipeEvent& event, TimePoint now,
            std::function<void(Result<std::vector<PipeEvent>>)> done);

/// The body of a 2xx answer. Not from within a transaction.
void InvokeApiDestination(const ServiceDeps& deps, const Arn& destination, const std::string& body,
                          const Json& http_parameters, std::function<void(Result<std::string>)> done);

}  // namespace stratolite::pipes
