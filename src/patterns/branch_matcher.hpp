#pragma once

#include <memory>
#include <vector>

#include "patterns/flat_event.hpp"
#include "patterns/pattern_compiler.hpp"

namespace stratolite::patterns::internal {

/// A branch whose paths are nodes of a tree, in the order of the paths. Immutable. Thread-safe.
struct PlacedBranch {
  struct Item {
    int node;
    std::shared_ptr<const ValueTests> tests;
    /// Whether `exists: false` is among them.
    bool may_be_absent;
  };
  std::vector<Item> items;

  PlacedBranch(const Branch& branch, PathTree* tree);
};

/// Whether each path has a value for which one of its tests holds, all of them chosen so that no two come from different entries of one array of the
/// event; and whether what must be absent is absent from the entries chosen for the paths before it. So does AWS's library. Thread-safe.
bool Matches(const PlacedBranch& branch, const FlatEvent& event);

}  // namespace stratolite::patterns::internal
