#pragma once

#include <string>

#include "pipes/pipe_plan.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/event_router.hpp"

namespace stratolite::pipes {

/// What the pipe's target gets for an event: the template's text or the event itself, and parameters with their `$.paths` filled in. An error says what the
/// target could not be given; the event's message then stays where it is.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
Result<Delivery> MakeDelivery(const PipePlan& plan, const PipeEvent& event, TimePoint now);

/// `HttpParameters` of a target or enrichment, filled in.
Result<Json> FillHttpParameters(const Json& parameters, const Json& view);

}  // namespace stratolite::pipes
