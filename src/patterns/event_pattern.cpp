#include "stratolite/patterns/event_pattern.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "patterns/compiled_pattern.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::patterns {
namespace {

bool MatchesAnyBranch(const EventPattern::Compiled& compiled, const internal::FlatEvent& event) {
  return std::any_of(compiled.placed.begin(), compiled.placed.end(),
                     [&](const internal::PlacedBranch& branch) { return internal::Matches(branch, event); });
}

}  // namespace

EventPattern::Compiled::Compiled(internal::CompiledPattern compiled) : branches(std::move(compiled.branches)) {
  placed.reserve(branches.size());
  for (const internal::Branch& branch : branches) placed.emplace_back(branch, &tree);
}

Result<EventPattern> EventPattern::Parse(std::string_view text) {
  auto compiled = internal::CompilePattern(text, internal::kEventNumbers);
  if (const auto* error = std::get_if<internal::PatternError>(&compiled)) {
    return AwsError{.code = "InvalidEventPatternException",
                    .message = "Event pattern is not valid. Reason: " + error->reason};
  }
  return EventPattern(std::make_shared<const Compiled>(std::get<internal::CompiledPattern>(std::move(compiled))));
}

bool EventPattern::Matches(const Json& event) const {
  internal::FlatEvent flat(compiled_->tree, internal::kEventNumbers);
  return flat.Read(event) && MatchesAnyBranch(*compiled_, flat);
}

bool EventPattern::MatchesText(std::string_view event) const {
  internal::FlatEvent flat(compiled_->tree, internal::kEventNumbers);
  return flat.ReadText(event) && MatchesAnyBranch(*compiled_, flat);
}

}  // namespace stratolite::patterns
