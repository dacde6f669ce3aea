#include <utility>

#include "patterns/compiled_pattern.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/patterns/event_pattern.hpp"

namespace stratolite::patterns {

struct PatternSet::Index {
  std::vector<EventPattern> patterns;
};

PatternSet::PatternSet(std::vector<EventPattern> patterns)
    : index_(std::make_unique<const Index>(Index{std::move(patterns)})) {}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

std::vector<std::size_t> PatternSet::Find(const Json& event) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < index_->patterns.size(); ++i) {
    if (index_->patterns[i].Matches(event)) found.push_back(i);
  }
  return found;
}

std::vector<std::size_t> PatternSet::FindText(std::string_view event) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < index_->patterns.size(); ++i) {
    if (index_->patterns[i].MatchesText(event)) found.push_back(i);
  }
  return found;
}

}  // namespace stratolite::patterns
