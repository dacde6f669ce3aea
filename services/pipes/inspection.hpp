#pragma once

#include "pipes/pipe_engine.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::pipes {

/// `GET /_stratolite/pipes/status`: what the pipes of an account and region have done since they were started, and why they last failed. `AccountId` and
/// `Region` choose, else the caller's own.
Result<Json> InspectPipes(const ServiceDeps& deps, PipeEngine& engine, const Service::AdminRequest& request);

}  // namespace stratolite::pipes
