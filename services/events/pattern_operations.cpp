#include "events/pattern_operations.hpp"

#include <algorithm>
#include <array>

#include "events/errors.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/patterns/event_pattern.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::events {
namespace {

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html; AWS does not insist on `resources`.
constexpr std::array<const char*, 6> kMandatoryMembers = {"id", "account", "source", "time", "region", "detail-type"};

}  // namespace

Result<Json> PatternOperations::TestEventPattern(const Call& call) {
  const Fields in(call.input);
  const Json event = ParseJsonText(in.StringOr("Event", ""));
  const auto has = [&](const char* member) { return event.contains(member); };
  if (!event.is_object() || !std::all_of(kMandatoryMembers.begin(), kMandatoryMembers.end(), has))
    return ParameterNotValid("Event");
  ASSIGN_OR_RETURN(const patterns::EventPattern pattern,
                   patterns::EventPattern::Parse(in.StringOr("EventPattern", "")));
  return Json{{"Result", pattern.Matches(event)}};
}

}  // namespace stratolite::events
