#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "patterns/branch_matcher.hpp"
#include "patterns/flat_event.hpp"

namespace stratolite::patterns::internal {

/// The branches of many patterns, each filed under one of its paths: the one whose tests the fewest other branches share. A value at that path brings up
/// the branches that it may satisfy, which are then looked at whole; equal values, beginnings and ends are found by hashing, so what one event costs hardly
/// depends on how many branches ask for other values. Immutable. Thread-safe.
class PatternIndex {
 public:
  struct Entry {
    std::size_t pattern;
    PlacedBranch branch;
  };

  /// `tree`: in which the branches were placed. Entries in ascending order of their patterns.
  PatternIndex(PathTree tree, std::vector<Entry> entries);

  const PathTree& tree() const { return tree_; }
  /// Which patterns match, ascending.
  std::vector<std::size_t> Find(const FlatEvent& event) const;

 private:
  using Entries = std::vector<std::size_t>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using ByText = std::unordered_map<std::string, Entries, Hash, std::equal_to<>>;
  /// Beginnings, or ends, and of which lengths there are some.
  struct Affixes {
    ByText texts;
    std::vector<std::size_t> lengths;
  };
  struct Other {
    ValueTest test;
    Entries entries;
  };
  /// What is filed under one path.
  struct Node {
    ByText strings;
    ByText folded;
    Affixes prefixes;
    Affixes suffixes;
    std::unordered_map<std::int64_t, Entries> numbers;
    /// Each different test once.
    std::vector<Other> others;
    std::unordered_map<std::string, std::size_t> other_by_key;
  };

  void File(std::size_t entry, const PlacedBranch::Item& item);
  static void Add(const Node& node, const Value& value, Entries* candidates);

  PathTree tree_;
  std::vector<Entry> entries_;
  /// By node of the tree; null where nothing is filed.
  std::vector<std::unique_ptr<Node>> nodes_;
  /// What only says that paths are absent.
  Entries always_;
};

}  // namespace stratolite::patterns::internal
