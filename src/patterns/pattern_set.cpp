#include <utility>

#include "patterns/compiled_pattern.hpp"
#include "patterns/pattern_index.hpp"
#include "stratolite/patterns/event_pattern.hpp"

namespace stratolite::patterns {

struct PatternSet::Index : internal::PatternIndex {
  using PatternIndex::PatternIndex;

  static std::unique_ptr<const Index> Of(const std::vector<EventPattern>& patterns) {
    internal::PathTree tree;
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      for (const internal::Branch& branch : patterns[i].compiled()->branches)
        entries.push_back({i, internal::PlacedBranch(branch, &tree)});
    }
    return std::make_unique<const Index>(std::move(tree), std::move(entries));
  }
};

PatternSet::PatternSet(std::vector<EventPattern> patterns) : index_(Index::Of(patterns)) {}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

std::vector<std::size_t> PatternSet::Find(const Json& event) const {
  internal::FlatEvent flat(index_->tree(), internal::kEventNumbers);
  if (!flat.Read(event)) return {};
  return index_->Find(flat);
}

std::vector<std::size_t> PatternSet::FindText(std::string_view event) const {
  internal::FlatEvent flat(index_->tree(), internal::kEventNumbers);
  if (!flat.ReadText(event)) return {};
  return index_->Find(flat);
}

}  // namespace stratolite::patterns
