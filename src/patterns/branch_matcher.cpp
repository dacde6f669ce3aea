#include "patterns/branch_matcher.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace stratolite::patterns::internal {
namespace {

bool HoldsAny(const ValueTests& tests, const Value& value) {
  for (const ValueTest& test : tests) {
    if (test.Holds(value)) return true;
  }
  return false;
}

/// After so many choices an event counts as not matching: only one made for it takes that many.
constexpr int kMaxChoices = 1'000'000;

/// The search for entries of arrays that fit together. Its items are in the order of their paths.
class EntrySearch {
 public:
  explicit EntrySearch(const FlatEvent& event)
      : event_(event), chosen_(static_cast<std::size_t>(event.arrays()), kFree) {}

  void Add(const PlacedBranch::Item& item, std::span<const Field> fields) {
    Candidates candidates = {.fields = fields, .may_be_absent = item.may_be_absent};
    for (const Field& field : fields) {
      if (HoldsAny(*item.tests, field.value)) candidates.entries.push_back(EntriesAround(field.place));
    }
    std::sort(candidates.entries.begin(), candidates.entries.end());
    candidates.entries.erase(std::unique(candidates.entries.begin(), candidates.entries.end()),
                             candidates.entries.end());
    candidates_.push_back(std::move(candidates));
  }

  bool Run() { return From(0); }

 private:
  static constexpr int kFree = -1;
  /// Array and index, from the outermost array inwards.
  using Entries = std::vector<std::pair<int, int>>;
  using Iterator = std::vector<Entries>::const_iterator;
  struct Candidates {
    std::span<const Field> fields;
    bool may_be_absent;
    std::vector<Entries> entries = {};
  };

  Entries EntriesAround(int place) const {
    Entries entries;
    for (int at = place; at != ArrayPlace::kNowhere; at = event_.places()[static_cast<std::size_t>(at)].outer) {
      const ArrayPlace& entry = event_.places()[static_cast<std::size_t>(at)];
      entries.emplace_back(entry.array, entry.index);
    }
    std::reverse(entries.begin(), entries.end());
    return entries;
  }

  bool From(std::size_t item) {
    if (item == candidates_.size()) return true;
    const Candidates& candidates = candidates_[item];
    if (Try(item, candidates.entries.begin(), candidates.entries.end(), 0)) return true;
    return candidates.may_be_absent && AbsentHere(candidates.fields) && From(item + 1);
  }

  /// Of candidates that agree on their first `level` arrays, in their order, those that agree with what is chosen.
  bool Try(std::size_t item, Iterator begin, Iterator end, std::size_t level) {
    for (; begin != end && begin->size() == level; ++begin) {
      if (Choose(item, *begin)) return true;
    }
    while (begin != end && choices_ < kMaxChoices) {
      const int array = (*begin)[level].first;
      const Iterator next =
          std::partition_point(begin, end, [&](const Entries& entries) { return entries[level].first == array; });
      const int index = chosen_[static_cast<std::size_t>(array)];
      if (index == kFree) {
        // Nothing within that array is chosen either.
        for (; begin != next && choices_ < kMaxChoices; ++begin) {
          if (Choose(item, *begin)) return true;
        }
      } else {
        const Iterator first =
            std::partition_point(begin, next, [&](const Entries& entries) { return entries[level].second < index; });
        const Iterator last =
            std::partition_point(first, next, [&](const Entries& entries) { return entries[level].second == index; });
        if (Try(item, first, last, level + 1)) return true;
      }
      begin = next;
    }
    return false;
  }

  bool Choose(std::size_t item, const Entries& entries) {
    ++choices_;
    const std::size_t before = trail_.size();
    for (const auto& [array, index] : entries) {
      int& chosen = chosen_[static_cast<std::size_t>(array)];
      if (chosen != kFree) continue;
      chosen = index;
      trail_.push_back(array);
    }
    if (From(item + 1)) return true;
    for (; trail_.size() > before; trail_.pop_back()) chosen_[static_cast<std::size_t>(trail_.back())] = kFree;
    return false;
  }

  bool AbsentHere(std::span<const Field> fields) {
    choices_ += static_cast<int>(fields.size());
    return std::none_of(fields.begin(), fields.end(), [this](const Field& field) {
      for (int at = field.place; at != ArrayPlace::kNowhere;) {
        const ArrayPlace& entry = event_.places()[static_cast<std::size_t>(at)];
        const int chosen = chosen_[static_cast<std::size_t>(entry.array)];
        if (chosen != kFree && chosen != entry.index) return false;
        at = entry.outer;
      }
      return true;
    });
  }

  const FlatEvent& event_;
  std::vector<Candidates> candidates_;
  /// By array.
  std::vector<int> chosen_;
  std::vector<int> trail_;
  int choices_ = 0;
};

}  // namespace

PlacedBranch::PlacedBranch(const Branch& branch, PathTree* tree) {
  items.reserve(branch.size());
  for (const auto& [path, tests] : branch) {
    const bool may_be_absent = std::any_of(tests->begin(), tests->end(),
                                           [](const ValueTest& test) { return test.kind == ValueTest::Kind::kAbsent; });
    items.push_back({tree->Add(path), tests, may_be_absent});
  }
}

bool Matches(const PlacedBranch& branch, const FlatEvent& event) {
  // Most events match, or do not, whichever entries of arrays are looked at.
  int entries_matter = 0;
  bool absence_matters = false;
  for (const PlacedBranch::Item& item : branch.items) {
    const auto fields = event.At(item.node);
    if (fields.empty()) {
      if (!item.may_be_absent) return false;
      continue;
    }
    bool holds = false;
    bool outside = false;
    for (const Field& field : fields) {
      if (!HoldsAny(*item.tests, field.value)) continue;
      holds = true;
      outside = field.place == ArrayPlace::kNowhere;
      if (outside) break;
    }
    if (outside) continue;
    ++entries_matter;
    absence_matters = absence_matters || item.may_be_absent;
    if (!holds && (!item.may_be_absent || fields.front().place == ArrayPlace::kNowhere)) return false;
    if (!holds && std::any_of(fields.begin(), fields.end(),
                              [](const Field& field) { return field.place == ArrayPlace::kNowhere; }))
      return false;
  }
  if (entries_matter == 0 || (entries_matter == 1 && !absence_matters)) return true;

  EntrySearch search(event);
  for (const PlacedBranch::Item& item : branch.items) {
    if (const auto fields = event.At(item.node); !fields.empty()) search.Add(item, fields);
  }
  return search.Run();
}

}  // namespace stratolite::patterns::internal
