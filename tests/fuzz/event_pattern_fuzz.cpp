// Event patterns and filter policies (first line) against events (the rest).

#include <string>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/patterns/event_pattern.hpp"
#include "stratolite/patterns/filter_policy.hpp"

namespace stratolite::fuzz {
namespace {

/// A message quotes at most 500 characters of the text, three times at most, and a name or a number of it.
void DemandBoundedMessage(const AwsError& error, std::string_view text) {
  Demand(error.message.size() < 10'000 + 3 * text.size(), "a message does not grow beyond what it is about");
}

void MatchPattern(const patterns::EventPattern& pattern, std::string_view text) {
  const bool matches = pattern.MatchesText(text);
  const patterns::PatternSet set({pattern, pattern});
  const std::vector<std::size_t> all = matches ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{};
  Demand(set.FindText(text) == all, "a set finds what its patterns match");

  const Json event = ParseJsonText(text);
  if (event.is_discarded()) return;
  const bool tree_matches = pattern.Matches(event);
  Demand(set.Find(event).size() == (tree_matches ? 2 : 0), "a set finds what its patterns match, in a tree");
  // Of keys that are there twice only the text knows.
  Demand(pattern.MatchesText(event.dump()) == tree_matches, "a tree matches as its text does");
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(EventPatterns) {
  Parts parts(input);
  const std::string_view text = parts.Line();
  const std::string_view event = parts.Rest();
  const auto pattern = patterns::EventPattern::Parse(text);
  if (pattern.ok()) {
    MatchPattern(*pattern, event);
  } else {
    DemandBoundedMessage(pattern.error(), text);
  }
  using Scope = patterns::FilterPolicy::Scope;
  for (const Scope scope : {Scope::kMessageAttributes, Scope::kMessageBody}) {
    const auto policy = patterns::FilterPolicy::Parse(text, scope);
    if (!policy.ok()) {
      DemandBoundedMessage(policy.error(), text);
      continue;
    }
    policy->MatchesBody(event);
    const std::string array = ParseJsonText(event).is_array() ? "String.Array" : "String";
    policy->MatchesAttributes(Json{{"a", {{"DataType", array}, {"StringValue", event}}}});
  }
}
