#pragma once

#include <vector>

#include "patterns/branch_matcher.hpp"
#include "patterns/pattern_compiler.hpp"
#include "stratolite/patterns/event_pattern.hpp"

namespace stratolite::patterns {

/// The pattern as it was compiled, and placed in a tree of its own. Immutable. Thread-safe.
struct EventPattern::Compiled {
  explicit Compiled(internal::CompiledPattern compiled);

  std::vector<internal::Branch> branches;
  internal::PathTree tree;
  std::vector<internal::PlacedBranch> placed;
};

}  // namespace stratolite::patterns
